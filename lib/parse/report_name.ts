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
  /** Local time as it stands in the name, `2026-09-14-140848`; `undefined` when there is none or it is impossible. */
  readonly stamp: string | undefined;
}

/** Only times that a clock can show, but for the 30th of February; the days of a month are counted apart. */
const STAMP =
  /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])-(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\d)/;

/**
 * Reads the name of a file in a report folder.
 *
 * @param name Name without its folder.
 * @returns `undefined` for what is no failure report: other endings, and names that start with a dot.
 */
export function tryParseReportName(name: string): ReportName | undefined {
  const family = familyOf(name);
  return family === undefined ? undefined : { family, stamp: stampIn(name) };
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

/** Length of `2026-09-14-140848`. */
const STAMP_LENGTH = 17;

/** Searched, not matched: an array of pieces for each of thousands of names is what a collection of garbage is made of. */
function stampIn(name: string): string | undefined {
  const at = name.search(STAMP);
  if (at < 0) return undefined;
  const stamp = name.slice(at, at + STAMP_LENGTH);
  const day = stamp.slice(8, 10);
  const isPossible = day <= "28" ||
    Number(day) <= daysIn(Number(stamp.slice(0, 4)), Number(stamp.slice(5, 7)));
  return isPossible ? stamp : undefined;
}

/** `2026-09-14-140848` as a civil time, `2026-09-14T14:08:48`. */
export function civilTimeOf(stamp: string): string {
  return `${stamp.slice(0, 10)}T${stamp.slice(11, 13)}:${stamp.slice(13, 15)}:${
    stamp.slice(15)
  }`;
}

/** A civil time to the second as names hold it; the order of stamps is the order of times. */
export function stampOf(civilTime: string): string {
  return civilTime.replace("T", "-").replaceAll(":", "");
}

function daysIn(year: number, month: number): number {
  if (month === 2) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
