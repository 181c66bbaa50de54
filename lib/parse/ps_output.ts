import { KIB } from "../core/bytes.ts";
import { known, type Observed, unknown } from "../core/observed.ts";

/** The columns that {@linkcode tryParsePsLine} reads, each without a header; `args` may be added behind them. */
export const PS_COLUMNS = "pid=,ppid=,uid=,stat=,lstart=";

/** One line of `ps -o`. */
export interface PsLine {
  /** The process. */
  readonly pid: number;
  /** Who started it, or took it over. */
  readonly parentPid: number;
  /** Effective user. */
  readonly userId: number;
  /** Letters; the first is `Z` for a zombie. */
  readonly state: string;
  /** When it started, to the second. */
  readonly startedAt: Temporal.Instant;
  /** What stands behind the columns, e.g. the command line. */
  readonly rest: string;
}

const LINE =
  /^ *(\d{1,10}) +(\d{1,10}) +(-?\d{1,10}) +(\S{1,20}) +[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})(?: +(.*))?$/s;

const MONTHS: readonly string[] = [
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
];

/** Blanks in front of a column, at most: what is longer was not written by `ps`. */
const MAX_LINE_LENGTH = 2 ** 20;

/**
 * Reads one line of `ps -o pid=,ppid=,uid=,stat=,lstart=`, as macOS and procps write it under `TZ=UTC LC_ALL=C`.
 *
 * @param line The line, without its end.
 * @returns `undefined` when it has another form.
 */
export function tryParsePsLine(line: string): PsLine | undefined {
  if (line.length > MAX_LINE_LENGTH) return undefined;
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, pid, parent, user, state = "", month = "", day, time, year, rest] =
    match;
  const startedAt = instantOf(year, MONTHS.indexOf(month) + 1, day, time);
  if (startedAt === undefined) return undefined;
  return {
    pid: Number(pid),
    parentPid: Number(parent),
    userId: Number(user),
    state,
    startedAt,
    rest: rest ?? "",
  };
}

function instantOf(
  year = "",
  month = 0,
  day = "",
  time = "",
): Temporal.Instant | undefined {
  const twoDigits = (part: string): string => part.padStart(2, "0");
  try {
    return Temporal.Instant.from(
      `${year}-${twoDigits(String(month))}-${twoDigits(day)}T${time}Z`,
    );
  } catch {
    // A thirtieth of February: the shape is right, the time is none.
    return undefined;
  }
}

/**
 * Everything that descends from one process, by the parents that a listing shows.
 *
 * @param lines The listing.
 * @param pid The one at the top; it is not part of the answer.
 */
export function descendantsOf<
  T extends { readonly pid: number; readonly parentPid: number },
>(lines: readonly T[], pid: number): readonly T[] {
  const byParent = Map.groupBy(lines, (line) => line.parentPid);
  const found = new Map<number, T>();
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined;) {
    for (const line of byParent.get(parent) ?? []) {
      if (line.pid === pid || found.has(line.pid)) continue;
      found.set(line.pid, line);
      parents.push(line.pid);
    }
    parent = parents.pop();
  }
  return [...found.values()];
}

/** No machine has more, in KiB. */
const MAX_KIB = 2 ** 42;

/**
 * Adds up what `ps -o pid=,rss=` says of some processes; one that is not in the listing has ended and counts nothing.
 *
 * @param text The listing, in KiB.
 * @param pids Whom it must be about.
 * @returns Bytes; unknown when none of them is listed.
 */
export function parseResidentTotal(
  text: string,
  pids: readonly number[],
): Observed<number> {
  const asked = new Set(pids);
  let total = 0;
  for (
    const match of text.matchAll(
      /^ {0,20}(\d{1,10}) {1,20}(\d{1,15}) {0,20}$/gm,
    )
  ) {
    if (!asked.delete(Number(match[1]))) continue;
    total += Number(match[2]);
  }
  if (total === 0) return unknown("no process shows its memory");
  return total > MAX_KIB
    ? unknown("the memory shown is more than any machine has")
    : known(total * KIB);
}
