import { FakeTools } from "../../fake_tools.ts";

/** The script. */
export const SCRIPT: string =
  new URL("../../../scripts/evidence.sh", import.meta.url).pathname;

/** What is private on the Mac that is played. */
export const PRIVATE: readonly string[] = [
  "janedoe",
  "Jane Doe",
  "Janes-MacBook-Pro",
  "C02XK1ABCDEF",
  "0E5C0E35-7B1E-4B6B-9B4A-0123456789AB",
  "a4:83:e7:01:02:03",
  "jane@example.org",
  "hf_AbCdEfGhIjKlMnOp",
  "Slack",
  "c2VjcmV0IGJ5dGVz",
];

/** How a run of the script ended. */
export interface EvidenceRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The file that it wrote; `undefined` where there is none. */
  readonly text: string | undefined;
}

/** A folder with programs in place of macOS's, and a home to run the script in. */
export class EvidencePlace implements Disposable {
  /** Everything of this place. */
  readonly root: string = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-evidence-test-" }),
  );
  /** HOME. */
  readonly home = `${this.root}/Users/janedoe`;
  /** Where the file goes. */
  readonly out = `${this.root}/out.txt`;
  readonly #bin = `${this.root}/bin`;
  readonly #tools: FakeTools;

  /** @param machine A folder of `tests/fixtures/machine`. */
  constructor(machine: string) {
    this.#tools = new FakeTools(machine);
    Deno.mkdirSync(this.home, { recursive: true });
    Deno.mkdirSync(this.#bin);
    const real = this.#tools.tools;
    this.put(
      "ioreg",
      `case "$*" in
*IOPlatformExpertDevice*)
  echo '  "IOPlatformSerialNumber" = "${PRIVATE[3]}"'
  echo '  "IOPlatformUUID" = "${PRIVATE[4]}"';;
*) exec ${real.ioreg} "$@";;
esac`,
    );
    this.put("sysctl", `exec ${real.sysctl} "$@"`);
    this.put("vm_stat", `exec ${real.vmStat} "$@"`);
    this.put("kextstat", `exec ${real.kextstat} "$@"`);
    this.put(
      "id",
      `case "$1" in -F) echo '${PRIVATE[1]}';; *) echo '${PRIVATE[0]}';; esac`,
    );
    this.put("hostname", `echo '${PRIVATE[2]}.local'`);
    this.put("scutil", `echo '${PRIVATE[2]}'`);
    this.put("sw_vers", "echo 'ProductVersion: 26.5.2'");
  }

  /** Puts a program that is found before the system's. */
  put(name: string, script: string): void {
    Deno.writeTextFileSync(`${this.#bin}/${name}`, `#!/bin/sh\n${script}\n`, {
      mode: 0o755,
    });
  }

  /** Path of a program that was put. */
  program(name: string): string {
    return `${this.#bin}/${name}`;
  }

  /** Runs the script. */
  async run(
    args: readonly string[] = ["--out", this.out],
    env: Readonly<Record<string, string>> = {},
  ): Promise<EvidenceRun> {
    const { code, stdout, stderr } = await new Deno.Command("/bin/bash", {
      args: [SCRIPT, ...args],
      cwd: this.root,
      clearEnv: true,
      env: {
        HOME: this.home,
        TMPDIR: this.root,
        PATH: "/usr/bin:/bin",
        METALGUARD_EVIDENCE_PATH: this.#bin,
        ...env,
      },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
      text: this.#written(),
    };
  }

  #written(): string | undefined {
    try {
      return Deno.readTextFileSync(this.out);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /** Removes everything. */
  [Symbol.dispose](): void {
    this.#tools[Symbol.dispose]();
    Deno.removeSync(this.root, { recursive: true });
  }
}
