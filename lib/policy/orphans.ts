import { addMs, millisecondsBetween, SECOND_MS } from "../core/instant.ts";
import { openStarts, pidOfLine, tryPid } from "./open_starts.ts";

/** Age at which a start without an end counts as an orphan, in milliseconds (seed: 90 s). */
export const ORPHAN_THRESHOLD_MS = 90 * SECOND_MS;

/** One line of the breadcrumb log, as far as orphans go. */
export interface WorkerLine {
  /** When it was written. */
  readonly at: Temporal.Instant;
  /** The local time as the line shows it, e.g. `2026-05-01 11:55:00`. */
  readonly localTime: string;
  /** e.g. `SUBPROC_PRE`. */
  readonly tag: string;
  /** The model, for the tags that matter here. */
  readonly payload: string | undefined;
  /** Figures beside it. */
  readonly meta: ReadonlyMap<string, string>;
  /** First digits of the boot that wrote it. */
  readonly boot: string | undefined;
}

/** A worker's start without its end. */
export interface Orphan {
  /** The model it was about to run. */
  readonly modelId: string;
  /** When it started. */
  readonly preTime: Temporal.Instant;
  /** The same as the log shows it. */
  readonly preLocalTime: string;
  /** How long ago that was, in milliseconds. */
  readonly ageMs: number;
  /** The worker: by the start's own line, else by the newest one that says "ready"; `null` when neither does. */
  readonly pid: number | null;
  /** The pid that the start's own line names; only such a worker may ever be signalled (SAFETY I4). */
  readonly ownPid: number | null;
  /** Start token of `ownPid` out of its "ready" line; `null` when there is none. */
  readonly readyToken: string | null;
  /** First digits of the boot that wrote the start; `null` on the seed's lines. */
  readonly boot: string | null;
}

/** What {@linkcode pairWorkerLines} judges by. */
export interface OrphanQuery {
  /** The wall clock. */
  readonly now: Temporal.Instant;
  /** Least age of an orphan, in milliseconds. @default 90_000 */
  readonly thresholdMs: number;
}

const READY = " ready, pid=";

/**
 * Finds starts without their ends. Starts and ends are paired first in, first out for each model; an end that names its
 * pid ends a start of that pid, or one that names none.
 *
 * It reports: a start ahead of now is none yet.
 *
 * @param lines The log's last lines, oldest first.
 * @param query Wall clock and least age.
 * @returns The orphans, oldest first.
 */
export function pairWorkerLines(
  lines: Iterable<WorkerLine>,
  query: OrphanQuery,
): readonly Orphan[] {
  const all = [...lines].filter((line) => line.payload !== undefined);
  const ready = new ReadyLines();
  for (const line of all) {
    if (line.tag === "SUBPROCESS_WORKER") ready.add(line);
  }
  const newest = addMs(query.now, -query.thresholdMs);
  return openStarts(all)
    .filter((pre) =>
      pre.tag === "SUBPROC_PRE" &&
      Temporal.Instant.compare(pre.at, newest) <= 0 &&
      Temporal.Instant.compare(pre.at, query.now) <= 0
    )
    .map((pre) => orphanOf(pre, ready, query.now))
    .sort((a, b) => Temporal.Instant.compare(a.preTime, b.preTime));
}

function orphanOf(
  pre: WorkerLine,
  ready: ReadyLines,
  now: Temporal.Instant,
): Orphan {
  const modelId = pre.payload ?? "";
  const ownPid = pidOfLine(pre);
  return {
    modelId,
    preTime: pre.at,
    preLocalTime: pre.localTime,
    ageMs: millisecondsBetween(pre.at, now),
    pid: ownPid ?? ready.newestPid(modelId),
    ownPid,
    readyToken: ownPid === null ? null : ready.token(modelId, ownPid),
    boot: pre.boot ?? null,
  };
}

/** What workers said of themselves when they were ready; the newest line counts. */
class ReadyLines {
  readonly #pids = new Map<string, number>();
  readonly #tokens = new Map<string, string>();

  add(line: WorkerLine): void {
    const text = line.payload ?? "";
    const cut = text.lastIndexOf(READY);
    const pid = tryPid(text.slice(cut + READY.length));
    if (cut < 1 || pid === null) return;
    const modelId = text.slice(0, cut);
    this.#pids.set(modelId, pid);
    const token = line.meta.get("start_token");
    const key = `${pid} ${modelId}`;
    if (token === undefined) this.#tokens.delete(key);
    else this.#tokens.set(key, token);
  }

  newestPid(modelId: string): number | null {
    return this.#pids.get(modelId) ?? null;
  }

  token(modelId: string, pid: number): string | null {
    return this.#tokens.get(`${pid} ${modelId}`) ?? null;
  }
}
