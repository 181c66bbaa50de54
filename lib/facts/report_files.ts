import { formatCivilTime } from "../core/civil_time.ts";
import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, DAY_MS } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import {
  type ReportFamily,
  stampOf,
  tryParseReportName,
} from "../parse/report_name.ts";
import type { Clock } from "../ports/clock.ts";
import { folderOf } from "../ports/state_folder.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStat, FileStore, FolderEntry } from "../ports/file_store.ts";

/** One file that is named like a failure report and may tell of the time asked for. */
export interface ReportFile {
  /** Its path. */
  readonly path: string;
  /** What its name says it tells of. */
  readonly family: ReportFamily;
  /** Local time in its name, `2026-09-14-140848`. */
  readonly stamp: string | undefined;
  /** Whether it lies where kernel panics are expected, so that "cannot be read" is no "nothing there". */
  readonly isEvidence: boolean;
  /** What a look at it gave, where one was needed. */
  readonly stat: FileStat | undefined;
}

/** Kernel-panic evidence that exists and could not be read. */
export interface UnreadableEvidence {
  /** The folder or report. */
  readonly path: string;
  /** What stood in the way. */
  readonly message: string;
  /** What grants access. */
  readonly fix: string;
}

/** What lies in the report folders. */
export interface ReportListing {
  /** Reports that have to be read. */
  readonly files: readonly ReportFile[];
  /** Folders that could not be listed although kernel panics are expected there. */
  readonly unreadable: readonly UnreadableEvidence[];
  /** Everything else that is out of order. */
  readonly findings: readonly Finding[];
}

/**
 * A name says when, in the zone of that day; a file says when it was copied. Only when both are a whole day outside
 * the time asked for is the file passed over unread.
 */
const SLACK_MS = DAY_MS;
/** More reports than this in one folder are no macOS's doing; the rest counts as unreadable. */
const MOST_REPORTS = 20_000;

/** What {@linkcode listReports} needs. */
export interface ReportQuery {
  /** Folders, in order. */
  readonly folders: readonly {
    readonly path: string;
    readonly isEvidence: boolean;
  }[];
  /** How far back to look. */
  readonly withinMs: number;
  /** Which reports matter. */
  readonly families: ReadonlySet<ReportFamily>;
}

/** Lists the reports that have to be read. Fails closed: a folder that cannot be listed is evidence unread. */
export function listReports(
  ports: { readonly store: FileStore; readonly clock: Clock },
  query: ReportQuery,
): ReportListing {
  const files: ReportFile[] = [];
  const unreadable: UnreadableEvidence[] = [];
  const findings: Finding[] = [];
  const oldest = addMs(ports.clock.now(), -query.withinMs - SLACK_MS);
  const oldestMs = oldest.epochMilliseconds;
  let oldestStamp: string | undefined;
  const isOldStamp = (stamp: string): boolean =>
    stamp < (oldestStamp ??= stampOf(
      formatCivilTime(oldest, ports.clock.timeZone()),
    ));
  const seen = new Map<string, readonly FolderEntry[]>();
  for (const folder of query.folders) {
    if (isPlainlyAbsent(folder.path, seen)) continue;
    const listed = listFolder(ports.store, folder.path);
    if (listed.kind === "absent") continue;
    if (listed.kind === "failed") {
      if (folder.isEvidence) unreadable.push(listed.evidence);
      else findings.push(unlistedFinding(listed.evidence));
      continue;
    }
    seen.set(folder.path, listed.entries);
    let count = 0;
    for (const entry of listed.entries) {
      const name = tryParseReportName(entry.name);
      if (name === undefined || !query.families.has(name.family)) continue;
      const path = `${folder.path}/${entry.name}`;
      const { family, stamp } = name;
      const isOldByName = stamp !== undefined && isOldStamp(stamp);
      const look = entry.kind === "file" && !isOldByName
        ? UNASKED
        : lookAt(ports.store, path, entry);
      if (family === "kernel_panic" && entry.name.includes("\ufffd")) {
        unreadable.push(unreachable(path));
        continue;
      }
      if (look.kind === "not-a-report") {
        findings.push(notAReport(path, look.because));
        continue;
      }
      if (
        isOldByName && look.stat !== undefined &&
        look.stat.modifiedMs < oldestMs
      ) continue;
      count += 1;
      if (count > MOST_REPORTS) continue;
      const { isEvidence } = folder;
      files.push({ path, family, stamp, isEvidence, stat: look.stat });
    }
    if (count > MOST_REPORTS) {
      const evidence = tooMany(folder.path, count);
      if (folder.isEvidence) unreadable.push(evidence);
      else findings.push(unlistedFinding(evidence));
    }
  }
  return { files, unreadable, findings };
}

/**
 * Whether the list of the folder above shows that there is no such folder: `Retired/` usually is not there, and to ask
 * for what is not there costs ten times a list.
 */
function isPlainlyAbsent(
  path: string,
  seen: ReadonlyMap<string, readonly FolderEntry[]>,
): boolean {
  const end = path.lastIndexOf("/");
  // A disk may not tell large letters from small ones.
  const name = path.slice(end + 1).toLowerCase();
  return seen.get(path.slice(0, end))
    ?.every((entry) => entry.name.toLowerCase() !== name) ?? false;
}

type FolderListing =
  | { readonly kind: "listed"; readonly entries: readonly FolderEntry[] }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly evidence: UnreadableEvidence };

function listFolder(store: FileStore, path: string): FolderListing {
  try {
    return { kind: "listed", entries: store.list(path) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.problem === "absent") return { kind: "absent" };
    if (
      error.problem === "not-a-folder" && tryStat(store, path) === undefined
    ) {
      // Somewhere above it is a file (HOME itself, say): there is no such folder.
      return { kind: "absent" };
    }
    const fix = error.problem === "denied"
      ? `Give this user access:\n$ sudo chmod o+rx ${
        shellWord(path)
      }\nOr run it as a member of the group that owns the folder. Where macOS itself refuses: System Settings → Privacy & Security → Full Disk Access.`
      : `Look at it:\n$ ls -ld ${shellWord(path)}`;
    return {
      kind: "failed",
      evidence: { path, message: error.message, fix },
    };
  }
}

type Look =
  | { readonly kind: "report"; readonly stat: FileStat | undefined }
  | { readonly kind: "not-a-report"; readonly because: string };

/** The listing says enough: 2,000 calls of `stat` cost as much as the reading. */
const UNASKED: Look = { kind: "report", stat: undefined };

function lookAt(store: FileStore, path: string, entry: FolderEntry): Look {
  if (entry.kind === "folder" || entry.kind === "other") {
    return { kind: "not-a-report", because: `it is a ${kindWord(entry.kind)}` };
  }
  try {
    const stat = store.stat(path);
    return stat.kind === "file"
      ? { kind: "report", stat }
      : { kind: "not-a-report", because: `it is a ${kindWord(stat.kind)}` };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isGone = error.problem === "absent" || error.problem === "link-loop";
    return isGone
      ? { kind: "not-a-report", because: "its link leads nowhere" }
      : { kind: "report", stat: undefined };
  }
}

function kindWord(kind: "folder" | "other" | "link" | "file"): string {
  return kind === "other" ? "FIFO, socket or device" : kind;
}

function notAReport(path: string, because: string): Finding {
  return finding(
    "report-not-a-file",
    `${plainText(path)} is named like a report but cannot be one: ${because}`,
    `Look at it:\n$ ls -l ${shellWord(path)}`,
  );
}

/** A name that is not UTF-8 is listed, but no path leads to its file. */
function unreachable(path: string): UnreadableEvidence {
  return {
    path,
    message: `Cannot open ${plainText(path)}: its name is not UTF-8`,
    fix: `Give it another name:\n$ ls -lb ${shellWord(folderOf(path))}`,
  };
}

function unlistedFinding(evidence: UnreadableEvidence): Finding {
  return finding("report-folder-unreadable", evidence.message, null);
}

function tooMany(path: string, count: number): UnreadableEvidence {
  return {
    path,
    message: `${
      plainText(path)
    } holds ${count} reports: only ${MOST_REPORTS} were read`,
    fix: `Move old reports out of ${shellWord(path)}`,
  };
}
