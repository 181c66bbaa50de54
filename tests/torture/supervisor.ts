import assert from "node:assert/strict";
import { type Running, type RunPlace, until } from "./run_place.ts";

/** Whether everything is tried, not only what stands for the rest: `deno task test:torture`. */
export const IS_FULL: boolean = Deno.env.get("METALGUARD_TORTURE") === "full";

/** Programs that have nothing to do with a run. Whoever signals one of them is wrong, and the test fails. */
export class Bystanders implements AsyncDisposable {
  readonly #children: Deno.ChildProcess[] = [];
  #ended = 0;

  constructor(count = 5) {
    for (let number = 0; number < count; number++) {
      const child = new Deno.Command("sleep", { args: ["600"] }).spawn();
      void child.status.then(() => this.#ended++);
      this.#children.push(child);
    }
  }

  /** How many were ended by somebody. */
  get wrongKills(): number {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const wrong = this.wrongKills;
    for (const child of this.#children) {
      if (this.wrongKills === 0) child.kill("SIGKILL");
    }
    await Promise.all(this.#children.map(({ status }) => status));
    assert.equal(wrong, 0, "wrong kills");
  }
}

/** A program that writes down the signals it gets, under guard. */
export async function signalLog(
  place: RunPlace,
  names: readonly string[],
): Promise<Running & { readonly pid: number; lines(): readonly string[] }> {
  const program = new URL("signal_log.py", import.meta.url).pathname;
  const run = place.start(
    ["--", "python3", program, place.at("log"), names.join(",")],
    { stdin: "piped" },
  );
  const lines = (): readonly string[] => linesOf(place.at("log"));
  const pid = await until(
    () => lines()[0] === undefined ? undefined : Number(lines()[0]),
    "the program's pid",
  );
  return { ...run, pid, lines };
}

/** Whole lines of a file, none where there is no such file. */
export function linesOf(path: string): readonly string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").slice(0, -1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The state letter of a process as `ps` shows it: `T` is stopped; empty when it is gone. */
export function stateOf(pid: number): string {
  const { stdout } = new Deno.Command("ps", {
    args: ["-o", "state=", "-p", `${pid}`],
  }).outputSync();
  return new TextDecoder().decode(stdout).trim().slice(0, 1);
}
