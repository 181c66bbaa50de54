/**
 * Writes a time as the seed does: naive local ISO to the second.
 *
 * @param at The instant; its fraction of a second is dropped.
 * @param timeZone The local zone.
 */
export function formatCivilTime(
  at: Temporal.Instant,
  timeZone: string,
): string {
  return at.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({
    smallestUnit: "second",
  });
}

/** Writes a time in UTC to the second, `2026-11-23T05:37:18Z`. */
export function formatUtc(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "second" });
}
