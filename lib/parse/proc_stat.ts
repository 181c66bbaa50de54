import { known, type Observed, unknown } from "../core/observed.ts";

/** One `/proc/<pid>/stat`. */
export interface ProcStat {
  /** The process. */
  readonly pid: number;
  /** The kernel's name of its program, at most 15 characters of it. */
  readonly name: string;
  /** One letter: `R` runs, `S` sleeps, `Z` is a zombie, `X` is being taken away. */
  readonly state: string;
  /** Who started it, or took it over. */
  readonly parentPid: number;
  /** When it started, in ticks of 10 ms since boot; text, because it is compared and nothing else. */
  readonly startTicks: string;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/** Room for the longest name, that of a kernel worker, with its parentheses. */
const MAX_NAME_LENGTH = 80;
/** Fields that every kernel since 2.6 has behind the name. */
const MIN_FIELDS = 40;
/** A whole line is under 400 characters. */
const MAX_LINE_LENGTH = 2_000;
const START_TICKS_FIELD = 19;

/**
 * Reads one `/proc/<pid>/stat` out of a longer text. A program chooses its own name, parentheses, blanks and line breaks
 * included, so the name ends where a line of figures alone begins.
 *
 * @param text What was read.
 * @param from Where it starts.
 * @returns `undefined` when there is no such line.
 */
export function tryParseProcStat(text: string, from = 0): ProcStat | undefined {
  const open = /(\d{1,10}) \(/y;
  open.lastIndex = from;
  const pid = open.exec(text)?.[1];
  if (pid === undefined) return undefined;
  const start = open.lastIndex;
  for (
    let close = text.indexOf(") ", start);
    close >= 0 && close - start <= MAX_NAME_LENGTH;
    close = text.indexOf(") ", close + 1)
  ) {
    const found = fieldsFrom(text, close + 2);
    if (found === undefined) continue;
    const { fields, end } = found;
    return {
      pid: Number(pid),
      name: text.slice(start, close),
      state: fields[0] ?? "",
      parentPid: Number(fields[1]),
      startTicks: fields[START_TICKS_FIELD] ?? "",
      end,
    };
  }
  return undefined;
}

function fieldsFrom(
  text: string,
  from: number,
): { readonly fields: readonly string[]; readonly end: number } | undefined {
  const line = text.slice(from, from + MAX_LINE_LENGTH).split("\n", 1)[0] ?? "";
  const [state = "", ...figures] = line.split(" ");
  const isWhole = figures.length >= MIN_FIELDS && /^[A-Za-z]$/.test(state) &&
    figures.every((figure) => /^-?\d{1,20}$/.test(figure));
  return isWhole
    ? { fields: [state, ...figures], end: from + line.length + 1 }
    : undefined;
}

/** What {@linkcode parseProcFiles} reads. */
export interface ProcFiles {
  /** The first file. */
  readonly stat: ProcStat;
  /** Effective user. */
  readonly userId: number;
  /** The kernel's identity of this boot. */
  readonly bootId: string;
  /** The command line, the program first; empty for a zombie and a worker of the kernel. */
  readonly args: readonly string[];
}

/**
 * Reads `stat`, `status`, the boot's identity and `cmdline` of one process, one behind the other in that order: what a
 * program can choose at will comes last.
 *
 * @param text The four files.
 * @param pid Whose they must be.
 */
export function parseProcFiles(text: string, pid: number): Observed<ProcFiles> {
  const stat = tryParseProcStat(text);
  if (stat === undefined || stat.pid !== pid) {
    return unknown(`/proc/${pid}/stat has another form`);
  }
  const boot = BOOT_LINE.exec(text.slice(stat.end, stat.end + MAX_STATUS));
  if (boot === null) return unknown(`/proc/${pid}/status is not whole`);
  const status = text.slice(stat.end, stat.end + boot.index + 1);
  const userId = /^Uid:\t\d{1,10}\t(\d{1,10})\t/m.exec(status)?.[1];
  if (userId === undefined) {
    return unknown(`/proc/${pid}/status names no user`);
  }
  const rest = text.slice(stat.end + boot.index + boot[0].length);
  return known({
    stat,
    userId: Number(userId),
    bootId: (boot[1] ?? "").toUpperCase(),
    args: rest === "" ? [] : rest.replace(/\0$/, "").split("\0"),
  });
}

/** No line of `status` looks like it: line breaks in a name are written as `\n` there. */
const BOOT_LINE =
  /\n([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\n/;
const MAX_STATUS = 32_768;
