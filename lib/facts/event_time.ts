import { isSane } from "../core/instant.ts";

/** Where an event's time came from; the last two are SAFETY T1's last resort. */
export type TimeSource =
  | "calendar"
  | "header"
  | "file-name"
  | "modified"
  | "changed"
  | "first-seen";

/** Every {@linkcode TimeSource}, best first (SPEC 2.4). */
export const TIME_SOURCES: readonly TimeSource[] = [
  "calendar",
  "header",
  "file-name",
  "modified",
  "changed",
  "first-seen",
];

/** When an event happened, and how we know. */
export interface EventTime {
  /** When. */
  readonly at: Temporal.Instant;
  /** How we know. */
  readonly source: TimeSource;
}

/** No Mac with Apple Silicon is older: a clock that was never set would otherwise hide a panic in 1970. */
const EARLIEST_MS = Date.UTC(2020, 0);

/**
 * Asked in order; a source that costs a system call is only asked when the better ones have failed. Each answers what
 * it may mean, best first: a local time in the hour that autumn doubles means two instants.
 */
export type TimeCandidates = {
  readonly [K in Exclude<TimeSource, "first-seen">]: () =>
    readonly Temporal.Instant[];
};

/** Memory for the times of one event. */
export interface TimeMemory {
  /** What was settled on before, if it had to be kept. */
  recall(): EventTime | undefined;
  /** Keeps a time, and returns it. */
  keep(time: EventTime): EventTime;
}

/**
 * Finds the first believable time of an event: neither more than 60 s ahead of now nor before Apple Silicon.
 *
 * Where a better one lies ahead of now, what was settled on is kept: it would come to pass one day, and the event would
 * move there (SAFETY T1).
 *
 * @param candidates One question a source.
 * @param now The wall clock.
 * @param memory Of this event.
 */
export function resolveEventTime(
  candidates: TimeCandidates,
  now: Temporal.Instant,
  memory: TimeMemory,
): EventTime {
  const remembered = memory.recall();
  if (remembered !== undefined) return remembered;
  let isBetterAhead = false;
  for (const source of TIME_SOURCES) {
    if (source === "first-seen") break;
    for (const at of candidates[source]()) {
      if (isBelievable(at, now)) {
        return isBetterAhead ? memory.keep({ at, source }) : { at, source };
      }
      isBetterAhead ||= !isSane(at, now);
    }
  }
  return memory.keep({ at: now, source: "first-seen" });
}

/** Whether a time lies between Apple Silicon's first day and a minute from now. */
export function isBelievable(
  at: Temporal.Instant,
  now: Temporal.Instant,
): boolean {
  return isSane(at, now) && at.epochMilliseconds >= EARLIEST_MS;
}
