import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../core/instant.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

/**
 * Writes a time for a person, with the zone: `Tue 24 Nov 2026, 05:37 (UTC+01:00, Europe/Paris)`.
 *
 * @param at The instant.
 * @param timeZone The local zone.
 * @param rounding To the minute: `ceil` for an end, so that nobody comes back too early; `floor` for what has been.
 */
export function formatLocalTime(
  at: Temporal.Instant,
  timeZone: string,
  rounding: "ceil" | "floor" = "ceil",
): string {
  // Rounded before it is placed in the zone, whose offset is whole minutes: a tenth of the work of rounding there.
  const exact = at.epochMilliseconds / MINUTE_MS;
  const minutes = rounding === "ceil" ? Math.ceil(exact) : Math.floor(exact);
  const time = Temporal.Instant.fromEpochMilliseconds(minutes * MINUTE_MS)
    .toZonedDateTimeISO(timeZone);
  const weekday = WEEKDAYS[time.dayOfWeek - 1];
  const month = MONTHS[time.month - 1];
  const clock = `${twoDigits(time.hour)}:${twoDigits(time.minute)}`;
  return `${weekday} ${time.day} ${month} ${time.year}, ${clock} (${
    zone(time.offset, timeZone)
  })`;
}

function zone(offset: string, timeZone: string): string {
  if (timeZone === "UTC") return "UTC";
  return timeZone.startsWith("+") || timeZone.startsWith("-")
    ? `UTC${offset}`
    : `UTC${offset}, ${timeZone}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/**
 * Writes a span for a person in its two largest units: `1 h 12 min`, `45 s`, `2 d 3 h`.
 *
 * @param ms The span; rounded up to the second below a minute, to the minute below a day, else to the hour.
 */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span <= MINUTE_MS - SECOND_MS) return `${Math.ceil(span / SECOND_MS)} s`;
  const unit = span > DAY_MS ? HOUR_MS : MINUTE_MS;
  const whole = Math.ceil(span / unit) * unit;
  const days = Math.floor(whole / DAY_MS);
  const hours = Math.floor((whole % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((whole % HOUR_MS) / MINUTE_MS);
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) {
    return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  return `${minutes} min`;
}

/** `in 1 h 12 min`, `22 min ago`, or `now`. */
export function formatDistance(
  at: Temporal.Instant,
  now: Temporal.Instant,
): string {
  const ms = at.epochMilliseconds - now.epochMilliseconds;
  if (Math.abs(ms) < SECOND_MS) return "now";
  return ms > 0 ? `in ${formatSpan(ms)}` : `${formatSpan(-ms)} ago`;
}
