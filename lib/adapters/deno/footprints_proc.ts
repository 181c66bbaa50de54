import { SECOND_MS } from "../../core/instant.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import { tryParseProcStat } from "../../parse/proc_stat.ts";
import { parsePssTotal } from "../../parse/smaps_rollup.ts";
import { tryParseResidentPages } from "../../parse/statm.ts";
import type { FootprintOptions, Footprints } from "../../ports/footprints.ts";
import type { KernelFiles } from "./libc.ts";

/** A glance at one process is 10 µs, so that even a hundred of them are a fiftieth of this. */
const SHORTEST_MS = 50;
/** Proportional sets cost the kernel a walk over every page, 13 µs a MiB: not more often than this, and a fiftieth of a core. */
const EXACT_MS = SECOND_MS;
const EXACT_SHARE = 50;
/** A file of one process has some 1,000 bytes. */
const ROLLUP_BYTES = 4_096;

/**
 * Memory of processes on Linux, out of `/proc` through the C library.
 *
 * The kernel has the resident pages of a process at hand, and has to walk over all its memory for the proportional set. So
 * the walk is made for new processes, each second, and wherever something may be decided; in between the last one is
 * carried on by what became resident since.
 *
 * @param files The C library's files.
 * @param nowMs Milliseconds of a clock that nobody sets.
 */
export function createProcFootprints(
  files: KernelFiles,
  nowMs: () => number,
): Footprints {
  return new ProcFootprints(files, nowMs);
}

/** One process as it was at the last walk. */
interface Walked {
  readonly residentBytes: number;
  readonly bytes: number;
}

class ProcFootprints implements Footprints {
  readonly source = "proc";
  readonly shortestMs = SHORTEST_MS;
  readonly #files: KernelFiles;
  readonly #nowMs: () => number;
  #walked: ReadonlyMap<number, Walked> = new Map();
  #walkedAtMs = -Infinity;
  #walkTookMs = 0;

  constructor(files: KernelFiles, nowMs: () => number) {
    this.#files = files;
    this.#nowMs = nowMs;
  }

  async read(
    pids: readonly number[],
    options: FootprintOptions = {},
  ): Promise<Observed<number>> {
    const resident = this.#resident(pids);
    if (resident.size === 0) return unknown("no process shows its memory");
    const estimate = this.#estimate(resident);
    const { exactFromBytes = 0 } = options;
    return estimate === undefined || estimate >= exactFromBytes
      ? await this.#walk(resident)
      : known(estimate);
  }

  /** Those that have ended are left out. */
  #resident(pids: readonly number[]): ReadonlyMap<number, number> {
    const resident = new Map<number, number>();
    for (const pid of pids) {
      const text = this.#files.glance(`/proc/${pid}/statm`);
      const pages = text === undefined
        ? undefined
        : tryParseResidentPages(text);
      // A zombie has a file, and nothing in it.
      if (pages === undefined || pages === 0) continue;
      resident.set(pid, pages * this.#files.pageBytes);
    }
    return resident;
  }

  /** What the last walk came to, with what became resident or went since; `undefined` where it has to be made anew. */
  #estimate(resident: ReadonlyMap<number, number>): number | undefined {
    const ageMs = this.#nowMs() - this.#walkedAtMs;
    if (ageMs >= Math.max(EXACT_MS, this.#walkTookMs * EXACT_SHARE)) {
      return undefined;
    }
    // Pages that one of several shared fall to the others when it ends.
    if (resident.size !== this.#walked.size) return undefined;
    let sum = 0;
    for (const [pid, bytes] of resident) {
      const last = this.#walked.get(pid);
      if (last === undefined) return undefined;
      sum += Math.max(0, last.bytes + bytes - last.residentBytes);
    }
    return sum;
  }

  async #walk(
    resident: ReadonlyMap<number, number>,
  ): Promise<Observed<number>> {
    const startMs = this.#nowMs();
    const walked = new Map<number, Walked>();
    let sum = 0;
    for (const [pid, residentBytes] of resident) {
      const text = await this.#files.read(
        `/proc/${pid}/smaps_rollup`,
        ROLLUP_BYTES,
      );
      const set = parsePssTotal(text ?? "");
      if (set.kind === "unknown") {
        if (!this.#lives(pid)) continue;
        return unknown(
          `process ${pid} does not show its memory: it is another user's, or stuck`,
        );
      }
      sum += set.value;
      walked.set(pid, { residentBytes, bytes: set.value });
    }
    const endMs = this.#nowMs();
    this.#walked = walked;
    this.#walkedAtMs = endMs;
    this.#walkTookMs = endMs - startMs;
    return walked.size === 0
      ? unknown("no process shows its memory")
      : known(sum);
  }

  #lives(pid: number): boolean {
    const text = this.#files.glance(`/proc/${pid}/stat`);
    const stat = text === undefined ? undefined : tryParseProcStat(text);
    return stat !== undefined && !/^[ZXx]$/.test(stat.state);
  }
}
