import { isSane } from "../core/instant.ts";
import type { Finding } from "../core/finding.ts";
import {
  type FailureHistory,
  type FailurePorts,
  type FailureQuery,
  type FirstSeen,
  readFailureHistory,
} from "./panic_history.ts";
import type { PanicEvent } from "./panic_merge.ts";

/** What writing panics down did. */
export interface IngestResult {
  /** Panics that were written down. */
  readonly appendedCount: number;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** What is remembered of panics longer than one program lives: the ledger. */
export interface PanicMemory {
  /** Since when each panic is known. */
  firstSeen(): FirstSeen;
  /** Writes down the panics that are not remembered yet. */
  ingest(history: Pick<FailureHistory, "panics">): Promise<IngestResult>;
}

/** What {@linkcode readSettledHistory} works with. */
export interface SettledPorts extends FailurePorts {
  /** Made only when there is a panic to ask it about. */
  readonly memory?: () => PanicMemory;
}

/**
 * Reads every failure report that may tell of the time asked for, and believes no panic's time that lies after the moment
 * since when the panic is known (SAFETY T1): a date that lay ahead comes to pass one day, and would renew its hold then.
 *
 * Fails closed: as {@linkcode readFailureHistory}.
 */
export function readSettledHistory(
  ports: SettledPorts,
  query: FailureQuery,
): FailureHistory {
  const history = readFailureHistory(ports, query);
  if (history.panics.length === 0 || ports.memory === undefined) return history;
  const firstSeen = ports.memory().firstSeen();
  return history.panics.some((panic) => isYounger(panic, firstSeen))
    ? readFailureHistory({ ...ports, firstSeen }, query)
    : history;
}

/** Whether a panic seems to have happened after it was seen. */
function isYounger(panic: PanicEvent, firstSeen: FirstSeen): boolean {
  return panic.sourceFiles.some((path) => {
    const seen = firstSeen(path, panic.record.bootSessionUuid);
    return seen !== undefined && !isSane(panic.time.at, seen);
  });
}
