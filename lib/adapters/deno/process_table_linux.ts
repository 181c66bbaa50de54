import { addMs, SECOND_MS } from "../../core/instant.ts";
import { known, type Observed } from "../../core/observed.ts";
import type {
  ProcessIdentity,
  StartToken,
} from "../../core/process_identity.ts";
import {
  parseProcFiles,
  type ProcFiles,
  tryParseProcStat,
} from "../../parse/proc_stat.ts";
import { descendantsOf } from "../../parse/ps_output.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type {
  EndSignal,
  ProcessReading,
  ProcessTable,
  SignalOutcome,
} from "../../ports/process_table.ts";
import { createCatProcText, type ProcText } from "./proc_text.ts";
import { type Kill, probePid, signalAfterLook } from "./process_signal.ts";

/** The calls of Deno that the table needs besides starting programs; tests play another machine with them. */
export interface ProcessCalls {
  /** Wall clock. */
  readonly now: () => Temporal.Instant;
  /** Whole seconds since boot. */
  readonly uptimeSec: () => number;
  /** As `Deno.kill`. */
  readonly kill: Kill;
  /** How `/proc` is read; where it is left out, by the system's own programs. */
  readonly proc?: ProcText;
}

/**
 * Processes of Linux, out of `/proc`.
 *
 * @param children How `/bin/cat` and `/bin/ps` are started where `/proc` is not read without them.
 * @param calls The calls of Deno.
 */
export function createLinuxProcessTable(
  children: ChildProcesses,
  calls: ProcessCalls,
): ProcessTable {
  return new LinuxProcessTable(
    calls.proc ?? createCatProcText(children),
    calls,
  );
}

const BOOT_ID = "/proc/sys/kernel/random/boot_id";
/** `USER_HZ` is 100 on every machine that Deno runs on. */
const TICK_MS = 10;
/** A process may end or replace its program between two of its files. */
const LOOKS = 3;

class LinuxProcessTable implements ProcessTable {
  readonly #proc: ProcText;
  readonly #calls: ProcessCalls;

  constructor(proc: ProcText, calls: ProcessCalls) {
    this.#proc = proc;
    this.#calls = calls;
  }

  async read(pid: number): Promise<ProcessReading> {
    let because = "";
    for (let look = 0; look < LOOKS; look++) {
      if (probePid(this.#calls.kill, pid) === "gone") return { kind: "gone" };
      const files = await this.#files(pid);
      if (files.kind === "known") return this.#reading(files.value);
      because = files.because;
    }
    return { kind: "unknown", because };
  }

  async readDescendants(
    pid: number,
  ): Promise<Observed<readonly ProcessIdentity[]>> {
    const listing = await this.#proc.readParents();
    if (listing.kind === "unknown") return listing;
    const found = descendantsOf(listing.value, pid);
    if (found.length === 0) return known([]);
    return await this.#identities(found.map((line) => line.pid));
  }

  async signal(
    identity: ProcessIdentity,
    signal: EndSignal,
  ): Promise<SignalOutcome> {
    const reading = await this.read(identity.pid);
    return signalAfterLook(identity, signal, reading, this.#calls.kill);
  }

  #files(pid: number): Promise<Observed<ProcFiles>> {
    const folder = `/proc/${pid}`;
    return this.#cat(
      [`${folder}/stat`, `${folder}/status`, BOOT_ID, `${folder}/cmdline`],
      (text) => parseProcFiles(text, pid),
    );
  }

  #reading({ stat, userId, bootId, args }: ProcFiles): ProcessReading {
    if (stat.state === "Z") return { kind: "zombie" };
    if (/^[Xx]$/.test(stat.state)) return { kind: "gone" };
    const program = args[0]?.split("/").at(-1);
    const names = [stat.name, ...(program === undefined ? [] : [program])];
    const agoMs = this.#calls.uptimeSec() * SECOND_MS -
      Number(stat.startTicks) * TICK_MS;
    return {
      kind: "alive",
      facts: {
        pid: stat.pid,
        parentPid: stat.parentPid,
        userId,
        startToken: tokenOf(stat.startTicks, bootId),
        startedAt: addMs(this.#calls.now(), -agoMs),
        names: [...new Set(names)],
        args,
      },
    };
  }

  /** Those that end while we look are left out; zombies are too. */
  async #identities(
    pids: readonly number[],
  ): Promise<Observed<readonly ProcessIdentity[]>> {
    const paths = pids.map((pid) => `/proc/${pid}/stat`);
    return await this.#cat([BOOT_ID, ...paths], (text) => {
      const cut = text.indexOf("\n");
      const bootId = text.slice(0, cut).toUpperCase();
      const identities: ProcessIdentity[] = [];
      for (
        let stat = tryParseProcStat(text, cut + 1);
        stat !== undefined;
        stat = tryParseProcStat(text, stat.end)
      ) {
        if (/^[ZXx]$/.test(stat.state)) continue;
        identities.push({
          pid: stat.pid,
          startToken: tokenOf(stat.startTicks, bootId),
        });
      }
      return known(identities);
    });
  }

  async #cat<T>(
    paths: readonly string[],
    read: (text: string) => Observed<T>,
  ): Promise<Observed<T>> {
    const text = await this.#proc.readFiles(paths);
    return text.kind === "known" ? read(text.value) : text;
  }
}

/** Ticks since boot begin anew with each boot. */
function tokenOf(startTicks: string, bootId: string): StartToken {
  return { kind: "proc", value: `${startTicks}@${bootId.slice(0, 8)}` };
}
