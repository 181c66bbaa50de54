/** Milliseconds in a second. */
export const SECOND_MS = 1_000;
/** Milliseconds in a minute. */
export const MINUTE_MS = 60 * SECOND_MS;
/** Milliseconds in an hour. */
export const HOUR_MS = 60 * MINUTE_MS;
/** Milliseconds in a day. */
export const DAY_MS = 24 * HOUR_MS;

/** How far ahead of now a time from outside may lie and still be believed (SAFETY T1). */
export const FUTURE_TOLERANCE_MS = 60 * SECOND_MS;

/**
 * Whether a time from outside can be believed at `now`.
 *
 * @param at The time as it was read.
 * @param now The wall clock.
 * @returns `false` when it lies more than 60 s ahead.
 */
export function isSane(at: Temporal.Instant, now: Temporal.Instant): boolean {
  return at.epochMilliseconds - now.epochMilliseconds <= FUTURE_TOLERANCE_MS;
}

/** Milliseconds from `from` to `to`; negative when `to` is earlier. */
export function millisecondsBetween(
  from: Temporal.Instant,
  to: Temporal.Instant,
): number {
  return to.epochMilliseconds - from.epochMilliseconds;
}

/** The later of two instants. */
export function later(
  a: Temporal.Instant,
  b: Temporal.Instant,
): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? b : a;
}

/** The earlier of two instants. */
export function earlier(
  a: Temporal.Instant,
  b: Temporal.Instant,
): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}

/**
 * Turns epoch seconds, as the shared files hold them, into an instant.
 *
 * @param seconds Seconds since 1970, fractions kept to the millisecond.
 * @returns The instant, or `undefined` when the number is not one that a clock can show.
 */
export function instantFromEpochSeconds(
  seconds: number,
): Temporal.Instant | undefined {
  const ms = Math.round(seconds * SECOND_MS);
  return Number.isSafeInteger(ms) && Math.abs(ms) <= MAX_EPOCH_MS
    ? Temporal.Instant.fromEpochMilliseconds(ms)
    : undefined;
}

/** `Temporal.Instant` ends here: 10^8 days from the epoch (ECMA-262). */
const MAX_EPOCH_MS = 8.64e15;

/** Epoch seconds with millisecond fraction, as the shared files hold them. */
export function epochSeconds(at: Temporal.Instant): number {
  return at.epochMilliseconds / SECOND_MS;
}

/** A point on the clock and how long a thing lasts from there. */
export function addMs(at: Temporal.Instant, ms: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(
    Math.max(
      -MAX_EPOCH_MS,
      Math.min(MAX_EPOCH_MS, at.epochMilliseconds + Math.round(ms)),
    ),
  );
}
