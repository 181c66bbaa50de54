import { MINUTE_MS } from "../core/instant.ts";

/** What {@linkcode writerPauseMs} decides by. */
export interface WriterPauseFacts {
  /** The interval that was asked for, in milliseconds. */
  readonly intervalMs: number;
  /** Writes that failed since the last good one. */
  readonly failures: number;
  /** How long the last picture took, in milliseconds. */
  readonly tookMs: number;
}

/** Failures in a row after which a disk is left alone for longer (SPEC 13). */
const PATIENT_FAILURES = 10;

/** Longest pause, so that a disk that is back is found within it; a longer interval stays as it is. */
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;

/** Least share of the interval that is slept, however long a picture takes: the machine has other things to do. */
const LEAST_SHARE = 0.1;

/**
 * How long a writer sleeps before the next picture, in milliseconds: the rest of the interval, and after ten failures in a
 * row twice as long each time.
 *
 * Fails open: a writer never gives up.
 */
export function writerPauseMs(facts: WriterPauseFacts): number {
  const { intervalMs, failures, tookMs } = facts;
  if (failures < PATIENT_FAILURES) {
    return Math.max(intervalMs * LEAST_SHARE, intervalMs - tookMs);
  }
  const doubled = intervalMs * 2 ** (failures - PATIENT_FAILURES + 1);
  return Math.min(doubled, Math.max(intervalMs, LONGEST_PAUSE_MS));
}
