/** What a file in a report folder tells of. */
export type ReportFamily =
  | "kernel_panic"
  | "process_report"
  | "gpu_restart"
  | "jetsam_event";

/** What the name of a report says. */
export interface ReportName {
  /** What it tells of. */
  readonly family: ReportFamily;
  /** Local time in the name, e.g. `2026-09-14T14:08:48`; `undefined` when there is none or it is impossible. */
  readonly civilTime: string | undefined;
}

const CIVIL = /(\d{4})-(\d{2})-(\d{2})-(\d{2})(\d{2})(\d{2})(?!\d)/;

/**
 * Reads the name of a file in a report folder.
 *
 * @param name Name without its folder.
 * @returns `undefined` for what is no failure report: other endings, and names that start with a dot.
 */
export function tryParseReportName(name: string): ReportName | undefined {
  const family = familyOf(name);
  return family === undefined
    ? undefined
    : { family, civilTime: civilTimeIn(name) };
}

function familyOf(name: string): ReportFamily | undefined {
  if (name.startsWith(".")) return undefined;
  if (name.endsWith(".panic")) return "kernel_panic";
  if (name.endsWith(".ips")) {
    if (name.startsWith("panic-")) return "kernel_panic";
    return name.startsWith("JetsamEvent-") ? "jetsam_event" : "process_report";
  }
  return name.endsWith(".gpuRestart") ? "gpu_restart" : undefined;
}

function civilTimeIn(name: string): string | undefined {
  const match = CIVIL.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const isPossible = isBetween(month, 1, 12) &&
    isBetween(day, 1, daysIn(Number(year), Number(month))) &&
    isBetween(hour, 0, 23) && isBetween(minute, 0, 59) &&
    isBetween(second, 0, 59);
  return isPossible
    ? `${year}-${month}-${day}T${hour}:${minute}:${second}`
    : undefined;
}

function isBetween(
  digits: string | undefined,
  low: number,
  high: number,
): boolean {
  const value = Number(digits);
  return value >= low && value <= high;
}

function daysIn(year: number, month: number): number {
  if (month === 2) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
