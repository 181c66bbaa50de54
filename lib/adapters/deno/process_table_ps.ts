import { MIB } from "../../core/bytes.ts";
import { formatUtc } from "../../core/civil_time.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import type {
  ProcessIdentity,
  StartToken,
} from "../../core/process_identity.ts";
import {
  descendantsOf,
  PS_COLUMNS,
  type PsLine,
  tryParsePsLine,
} from "../../parse/ps_output.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type {
  EndSignal,
  ProcessReading,
  ProcessTable,
  SignalOutcome,
} from "../../ports/process_table.ts";
import { type Kill, probePid, signalAfterLook } from "./process_signal.ts";

/**
 * Processes of macOS, as `/bin/ps` tells them; about 10 ms a look.
 *
 * @param children How it is started.
 * @param calls `kill` as `Deno.kill`.
 */
export function createPsProcessTable(
  children: ChildProcesses,
  calls: { readonly kill: Kill },
): ProcessTable {
  return new PsProcessTable(children, calls.kill);
}

const PS = "/bin/ps";
const TIMEOUT_MS = 5_000;

class PsProcessTable implements ProcessTable {
  readonly #children: ChildProcesses;
  readonly #kill: Kill;

  constructor(children: ChildProcesses, kill: Kill) {
    this.#children = children;
    this.#kill = kill;
  }

  async read(pid: number): Promise<ProcessReading> {
    if (probePid(this.#kill, pid) === "gone") return { kind: "gone" };
    const output = await this.#ps([
      "-ww",
      "-o",
      `${PS_COLUMNS},args=`,
      "-p",
      String(pid),
    ]);
    if (output.kind === "unknown") return output;
    // Only the first line is `ps`'s own: a program may have a line break in its arguments.
    const line = tryParsePsLine(output.value.split("\n", 1)[0] ?? "");
    if (line?.pid !== pid) {
      return probePid(this.#kill, pid) === "gone"
        ? { kind: "gone" }
        : { kind: "unknown", because: `${PS} does not show process ${pid}` };
    }
    return readingOf(line);
  }

  async readDescendants(
    pid: number,
  ): Promise<Observed<readonly ProcessIdentity[]>> {
    // Without `args=`: nothing in the listing is of anybody's choice.
    const output = await this.#ps(["-A", "-o", PS_COLUMNS]);
    if (output.kind === "unknown") return output;
    const lines = output.value.split("\n").flatMap((text) => {
      const line = tryParsePsLine(text);
      return line === undefined ? [] : [line];
    });
    if (lines.length === 0) return unknown(`${PS} listed nothing`);
    return known(
      descendantsOf(lines, pid)
        .filter((line) => !isZombie(line))
        .map((line) => ({ pid: line.pid, startToken: tokenOf(line) })),
    );
  }

  async signal(
    identity: ProcessIdentity,
    signal: EndSignal,
  ): Promise<SignalOutcome> {
    const reading = await this.read(identity.pid);
    return signalAfterLook(identity, signal, reading, this.#kill);
  }

  async #ps(args: readonly string[]): Promise<Observed<string>> {
    try {
      const { stdout, timedOut } = await this.#children.capture(PS, {
        args,
        env: { LC_ALL: "C", TZ: "UTC" },
        timeoutMs: TIMEOUT_MS,
        maxBytes: 4 * MIB,
      });
      return timedOut
        ? unknown(`${PS} gave no answer in ${TIMEOUT_MS} ms`)
        : known(stdout);
    } catch (error) {
      return unknown(error instanceof Error ? error.message : String(error));
    }
  }
}

function readingOf(line: PsLine): ProcessReading {
  if (isZombie(line)) return { kind: "zombie" };
  const args = line.rest.split(" ");
  const program = args[0]?.split("/").at(-1) ?? "";
  return {
    kind: "alive",
    facts: {
      pid: line.pid,
      parentPid: line.parentPid,
      userId: line.userId,
      startToken: tokenOf(line),
      startedAt: line.startedAt,
      names: program === "" ? [] : [program],
      args,
    },
  };
}

function isZombie(line: PsLine): boolean {
  return line.state.startsWith("Z");
}

function tokenOf(line: PsLine): StartToken {
  return { kind: "ps", value: formatUtc(line.startedAt) };
}
