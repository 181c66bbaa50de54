import type { SystemTools } from "../lib/adapters/ioreg/tool.ts";

/** Folder of what macOS's programs print, by machine. */
const MACHINES = new URL("fixtures/machine/", import.meta.url).pathname;

/** What one of macOS's programs does instead of its usual answer. */
export type Misbehaviour =
  | "hangs"
  | "prints garbage"
  | "fails"
  | "is absent"
  | "prints without end";

const SCRIPTS: Readonly<Record<Misbehaviour, string>> = {
  "hangs": "exec sleep 60",
  "prints garbage": "printf 'no\\033[2J such \\0 thing <plist><dict>'",
  "fails": "echo 'it broke' >&2; exit 1",
  "is absent": "",
  "prints without end": "exec yes 'an endless line'",
};

/**
 * macOS's programs as shell scripts that print what a real machine printed, and refuse questions that macOS would not
 * understand.
 */
export class FakeTools implements Disposable {
  readonly #folder: string;
  readonly #machine: string;

  /**
   * @param machine A folder of `tests/fixtures/machine`.
   * @param folder A folder of another place instead of it.
   */
  constructor(machine: string, folder?: string) {
    this.#machine = folder ?? `${MACHINES}${machine}`;
    this.#folder = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "metal-guard-tools-" }),
    );
    this.#write(
      "ioreg",
      `case "$*" in
"-r -c IOAccelerator -d 1 -w 0 -a") exec cat ${
        this.#file("accelerators.plist")
      };;
"-r -c AGXDeviceUserClient -l -w 0 -a") exec cat ${
        this.#file("clients.plist")
      };;
*) echo "not a question: $*" >&2; exit 64;;
esac`,
    );
    this.#write(
      "sysctl",
      `code=0
for name in "$@"; do
  grep "^$name: " ${this.#file("sysctl.txt")} || {
    echo "sysctl: unknown oid '$name'" >&2; code=1
  }
done
exit $code`,
    );
    this.#write("vm_stat", `exec cat ${this.#file("vm_stat.txt")}`);
    this.#write(
      "kextstat",
      `[ "$1 $2" = "-l -b" ] || exit 64
echo "Executing: /usr/bin/kmutil showloaded" >&2
grep " $3 (" ${this.#file("kextstat.txt")}
exit 0`,
    );
  }

  /** Where they lie. */
  get tools(): SystemTools {
    const path = (name: string): string => `${this.#folder}/${name}`;
    return {
      ioreg: path("ioreg"),
      sysctl: path("sysctl"),
      vmStat: path("vm_stat"),
      kextstat: path("kextstat"),
    };
  }

  /** Lets all of them misbehave. */
  breakAll(how: Misbehaviour): this {
    for (const path of Object.values(this.tools)) {
      Deno.removeSync(path);
      if (how !== "is absent") {
        this.#write(path.slice(this.#folder.length + 1), SCRIPTS[how]);
      }
    }
    return this;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }

  #file(name: string): string {
    return `'${this.#machine}/${name}'`;
  }

  #write(name: string, script: string): void {
    Deno.writeTextFileSync(
      `${this.#folder}/${name}`,
      `#!/bin/sh\n${script}\n`,
      { mode: 0o755 },
    );
  }
}
