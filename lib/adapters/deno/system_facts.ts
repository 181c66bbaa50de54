import { known, type Observed, unknown } from "../../core/observed.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { SystemFacts } from "../../ports/system_facts.ts";

/**
 * What this machine and process say of themselves.
 *
 * @param children How `sysctl` is started on macOS, and `cat` on Linux; nothing is started before the boot's identity is asked for.
 * @param readText Reads a small file of `/proc` or throws; left out, as Deno does, which seldom may.
 */
export function createDenoSystemFacts(
  children: ChildProcesses,
  readText: (path: string) => string = (path) => Deno.readTextFileSync(path),
): SystemFacts {
  return createSystemFacts(children, {
    pid: Deno.pid,
    platform: Deno.build.os,
    userId: () => Deno.uid() ?? undefined,
    readText,
  });
}

/** The few calls of Deno that {@linkcode createSystemFacts} needs; tests play another platform with them. */
export interface SystemCalls {
  /** This process. */
  readonly pid: number;
  /** As in {@linkcode SystemFacts.platform}. */
  readonly platform: string;
  /** Effective user. */
  readonly userId: () => number | undefined;
  /** Reads a small file or throws. */
  readonly readText: (path: string) => string;
}

/** {@linkcode createDenoSystemFacts} over calls of one's own. */
export function createSystemFacts(
  children: ChildProcesses,
  calls: SystemCalls,
): SystemFacts {
  return new CalledSystemFacts(children, calls);
}

/** Both answer within milliseconds; longer means that the machine is in trouble and nobody should wait. */
const ANSWER_TIMEOUT_MS = 2_000;

const BOOT_ID_PATH = "/proc/sys/kernel/random/boot_id";
const UUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
const NO_UUID = "00000000-0000-0000-0000-000000000000";

class CalledSystemFacts implements SystemFacts {
  readonly pid: number;
  readonly platform: string;
  readonly #children: ChildProcesses;
  readonly #calls: SystemCalls;
  #boot: Promise<Observed<string>> | undefined;

  constructor(children: ChildProcesses, calls: SystemCalls) {
    this.pid = calls.pid;
    this.platform = calls.platform;
    this.#children = children;
    this.#calls = calls;
  }

  get userId(): number | undefined {
    return this.#calls.userId();
  }

  async readBootSessionUuid(): Promise<Observed<string>> {
    this.#boot ??= this.#readBoot();
    const boot = await this.#boot;
    // A timeout may pass; an identity never changes.
    if (boot.kind === "unknown") this.#boot = undefined;
    return boot;
  }

  async #readBoot(): Promise<Observed<string>> {
    try {
      if (this.platform === "linux") {
        return this.#tryReadBootId() ??
          await this.#ask("/bin/cat", [BOOT_ID_PATH]);
      }
      if (this.platform === "darwin") {
        return await this.#ask("/usr/sbin/sysctl", [
          "-n",
          "kern.bootsessionuuid",
        ]);
      }
      return unknown(`no boot identity on ${this.platform}`);
    } catch (error) {
      return unknown(error instanceof Error ? error.message : String(error));
    }
  }

  /** Deno opens `/proc` only for a program that may do everything; ours may not. */
  #tryReadBootId(): Observed<string> | undefined {
    try {
      return decode(this.#calls.readText(BOOT_ID_PATH), BOOT_ID_PATH);
    } catch {
      return undefined;
    }
  }

  async #ask(
    program: string,
    args: readonly string[],
  ): Promise<Observed<string>> {
    const output = await this.#children.capture(program, {
      args,
      timeoutMs: ANSWER_TIMEOUT_MS,
      maxBytes: 1_024,
    });
    if (output.timedOut) {
      return unknown(`${program} gave no answer in ${ANSWER_TIMEOUT_MS} ms`);
    }
    if (output.exitCode !== 0) {
      return unknown(`${program} ended with ${output.exitCode}`);
    }
    return decode(output.stdout, program);
  }
}

function decode(text: string, source: string): Observed<string> {
  const uuid = text.trim().toUpperCase();
  return UUID.test(uuid) && uuid !== NO_UUID
    ? known(uuid)
    : unknown(`${source} gave no boot identity`);
}
