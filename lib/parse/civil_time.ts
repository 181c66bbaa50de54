export { formatCivilTime, formatUtc } from "../core/civil_time.ts";

/** The two instants that one local time may mean. They differ only in the hours that a zone doubles or leaves out. */
export interface CivilReadings {
  /** First instant at which a local clock showed that time. */
  readonly earlier: Temporal.Instant;
  /** Last instant at which a local clock showed that time. */
  readonly later: Temporal.Instant;
}

const CIVIL =
  /^\s*(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/;

/** No such time is longer; it keeps a text of a million spaces from being walked through twice. */
const LONGEST_CIVIL = 64;

/**
 * Reads a time as the shared files and the reports of macOS write it: `2026-11-23T05:37:18`, a space instead of the
 * `T`, fractions, and an offset (`Z`, `+01:00`, ` +0100`) or none.
 *
 * @param text The time.
 * @param timeZone Zone in which a time without offset is read.
 * @returns Both instants it may mean, or `undefined` when it is not such a time. In the hour that spring leaves out
 *   they lie an hour apart, one on each side of the gap.
 */
export function tryParseCivilTime(
  text: string,
  timeZone: string,
): CivilReadings | undefined {
  if (text.length > LONGEST_CIVIL) return undefined;
  const match = CIVIL.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction, offset] = match;
  const iso = `${date}T${time}${fraction === undefined ? "" : `.${fraction}`}`;
  try {
    if (offset !== undefined) {
      const at = Temporal.Instant.from(`${iso}${withColon(offset)}`);
      return { earlier: at, later: at };
    }
    const plain = Temporal.PlainDateTime.from(iso);
    return {
      earlier: plain.toZonedDateTime(timeZone, { disambiguation: "earlier" })
        .toInstant(),
      later: plain.toZonedDateTime(timeZone, { disambiguation: "later" })
        .toInstant(),
    };
  } catch {
    // A thirteenth month, a sixty-first minute: the shape is right, the time is none.
    return undefined;
  }
}

/** `+0100` → `+01:00`: Temporal reads both, but not mixed with a date that has dashes. */
function withColon(offset: string): string {
  return offset.length === 5
    ? `${offset.slice(0, 3)}:${offset.slice(3)}`
    : offset;
}
