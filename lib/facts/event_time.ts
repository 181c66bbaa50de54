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
const EARLIEST = Temporal.Instant.from("2020-01-01T00:00:00Z");

/** Asked in order; a source that costs a system call is only asked when the better ones have failed. */
export type TimeCandidates = {
  readonly [K in Exclude<TimeSource, "first-seen">]: () =>
    | Temporal.Instant
    | undefined;
};

/**
 * Finds the first believable time of an event: neither more than 60 s ahead of now nor before Apple Silicon.
 *
 * @param candidates One question a source.
 * @param now The wall clock.
 * @param firstSeen Asked when nothing else can be believed.
 */
export function resolveEventTime(
  candidates: TimeCandidates,
  now: Temporal.Instant,
  firstSeen: () => Temporal.Instant,
): EventTime {
  for (const source of TIME_SOURCES) {
    if (source === "first-seen") break;
    const at = candidates[source]();
    if (at !== undefined && isBelievable(at, now)) return { at, source };
  }
  return { at: firstSeen(), source: "first-seen" };
}

/** Whether a time lies between Apple Silicon's first day and a minute from now. */
export function isBelievable(
  at: Temporal.Instant,
  now: Temporal.Instant,
): boolean {
  return isSane(at, now) && Temporal.Instant.compare(at, EARLIEST) >= 0;
}
