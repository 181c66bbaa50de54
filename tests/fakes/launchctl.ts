import type { FakeChildProcesses, FakeRun } from "./child_process.ts";

/** A launchd in memory, behind `/bin/launchctl`. */
export class FakeLaunchd {
  /** Targets of loaded jobs, e.g. `gui/501/com.example.job`. */
  readonly loaded: Set<string> = new Set();
  /** What `print` says of a loaded job below its first line, by target. */
  readonly printed: Map<string, string> = new Map();
  /** Each order but `print`, in order. */
  readonly orders: string[] = [];
  /** Exit codes of orders that are to fail. */
  readonly fails: Map<string, number> = new Map();

  constructor(children: FakeChildProcesses) {
    children.put("/bin/launchctl", ({ args }) => this.#run(args));
  }

  #run([order = "", first = "", path = ""]: readonly string[]): FakeRun {
    if (order === "print") {
      const stdout = `${first} = {\n${this.printed.get(first) ?? ""}}\n`;
      return this.loaded.has(first) ? { stdout } : { exitCode: 113 };
    }
    this.orders.push(order);
    const code = this.fails.get(order);
    if (code !== undefined) return { exitCode: code, stderr: "no\u001b[2J" };
    if (order === "bootstrap") {
      const label = path.slice(path.lastIndexOf("/") + 1, -".plist".length);
      if (this.loaded.has(`${first}/${label}`)) return { exitCode: 5 };
      this.loaded.add(`${first}/${label}`);
      return {};
    }
    return { exitCode: this.loaded.delete(first) ? 0 : 3 };
  }
}
