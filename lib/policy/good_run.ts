import { MINUTE_MS } from "../core/instant.ts";

/** How a supervised run went. */
export interface RunEnd {
  /** Its exit code, 128 and the signal where one ended it. */
  readonly exitCode: number;
  /** Why the guard ended it; `null` when it did not. */
  readonly cause: string | null;
  /** The last signal that a person or the system sent to us and that was passed on; `null` when there was none. */
  readonly signal: string | null;
  /** How long it ran, in milliseconds. */
  readonly ranMs: number;
}

/** A server that was stopped earlier may not have loaded its model yet: the load timeout of a worker (SPEC 10). */
const SERVED_MS = 2 * MINUTE_MS;
/** What a program ends with that was asked to end: in order, by the signal, or by Python's own handler. */
const ASKED_CODES: ReadonlyMap<string, ReadonlySet<number>> = new Map([
  ["SIGTERM", new Set([0, 143])],
  ["SIGINT", new Set([0, 1, 130])],
]);

/**
 * Whether a run went well enough to say later "with this it worked": it ended by itself with 0, or it served for a while
 * and then ended because it was asked to, as servers do.
 *
 * Fails closed: whatever the guard ended, and every other end, did not go well.
 */
export function isGoodRun(end: RunEnd): boolean {
  if (end.cause !== null) return false;
  if (end.signal === null) return end.exitCode === 0;
  return end.ranMs >= SERVED_MS &&
    ASKED_CODES.get(end.signal)?.has(end.exitCode) === true;
}
