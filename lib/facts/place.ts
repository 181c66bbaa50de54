import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { shellWord } from "../core/plain_text.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";

/** One file or folder of ours, or one that we read. */
export interface Place {
  /** What it is, e.g. `sentinel`. */
  readonly what: string;
  /** Where; `null` when there is no place for it. */
  readonly path: string | null;
  /** How it stands. */
  readonly state:
    | "absent"
    | "ok"
    | "too open"
    | "not ours"
    | "unreadable"
    | "no place";
  /** Permission bits, e.g. `0600`; `null` when it was not seen. */
  readonly mode: string | null;
  /** Size of a file, number of entries of a folder; `null` when it was not seen. */
  readonly size: number | null;
  /** What to do about it. */
  readonly finding: Finding | null;
}

/**
 * Looks at one of our own state files or folders. Files that others may write are as good as written by others.
 *
 * @param userId Whose they should be; `undefined` where users have no numbers.
 */
export function lookAtOwn(
  store: FileStore,
  [what, path]: readonly [what: string, path: string | null | undefined],
  userId: number | undefined,
): Place {
  if (path === null || path === undefined) {
    return { ...NOWHERE, what };
  }
  const stat = look(store, path);
  if (stat instanceof FileError) return failed(what, path, stat);
  const seen = { what, path, mode: modeText(stat), size: stat.sizeBytes };
  if (userId !== undefined && stat.userId !== userId && userId !== 0) {
    const words = `${path} belongs to user ${stat.userId}, not to us`;
    const fix = `Take it over:\n$ sudo chown ${userId} ${shellWord(path)}`;
    const note = finding("file-not-ours", words, fix);
    return { ...seen, state: "not ours", finding: note };
  }
  if (((stat.mode ?? 0) & 0o022) !== 0) {
    const words = `Everybody may write ${path} (mode ${modeText(stat)})`;
    const fix = `Close it:\n$ chmod go-w ${shellWord(path)}`;
    const note = finding("file-too-open", words, fix);
    return { ...seen, state: "too open", finding: note };
  }
  return { ...seen, state: "ok", finding: null };
}

/**
 * Looks at a folder of failure reports: what cannot be listed is no proof of "no panics".
 *
 * @param isEvidence Whether kernel panics are expected there.
 */
export function lookAtReports(
  store: FileStore,
  path: string,
  isEvidence: boolean,
): Place {
  const what = "report folder";
  try {
    const entries = [...store.list(path)].length;
    const mode = modeText(store.stat(path));
    return { what, path, state: "ok", mode, size: entries, finding: null };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const place = failed(what, path, error);
    return isEvidence ? place : { ...place, finding: null };
  }
}

const NOWHERE = {
  path: null,
  state: "no place",
  mode: null,
  size: null,
  finding: null,
} as const;

function look(store: FileStore, path: string): FileStat | FileError {
  try {
    return store.stat(path);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

function failed(what: string, path: string, error: FileError): Place {
  if (error.problem === "absent") {
    return { ...NOWHERE, what, path, state: "absent" };
  }
  const note = finding(
    "file-unreadable",
    error.message,
    error.problem === "denied"
      ? `Give this user access:\n$ sudo chmod o+rx ${
        shellWord(path)
      }\nWhere macOS itself refuses: System Settings → Privacy & Security → Full Disk Access.`
      : `Look at it:\n$ ls -ld ${shellWord(path)}`,
  );
  return { ...NOWHERE, what, path, state: "unreadable", finding: note };
}

function modeText({ mode }: FileStat): string | null {
  if (mode === undefined) return null;
  return `0${(mode & 0o777).toString(8).padStart(3, "0")}`;
}
