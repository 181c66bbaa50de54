import { MIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { earlier, instantFromEpochSeconds, isSane } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import {
  decodePanicLedger,
  type PanicLedgerRecord,
} from "../parse/state/panic_ledger.ts";
import { tryParseReportName } from "../parse/report_name.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";
import { folderOf, nameOf } from "../ports/state_folder.ts";
import { believedTime, stateKey } from "./dated_file.ts";
import { isBelievable } from "./event_time.ts";
import type {
  FailureFolders,
  FailurePorts,
  FirstSeen,
} from "./panic_history.ts";
import { mergePanics, type PanicEvent } from "./panic_merge.ts";
import { readReport } from "./report_reader.ts";

/** Most of the ledger that is read, from its end: some 2,500 panics. */
const MAX_READ_BYTES = MIB;

/** One line, with a time that can be believed. */
export interface LedgerEntry {
  /** The line; its boot is in upper case, and none when it is blank. */
  readonly record: PanicLedgerRecord;
  /** When it happened, or was first seen. */
  readonly at: Temporal.Instant;
  /** Whether its time lay ahead and nobody has written down since when it is known (SAFETY T1). */
  readonly isUnsettled: boolean;
}

/** What the ledger says. */
export interface LedgerReading {
  /** Its lines, in order. */
  readonly entries: readonly LedgerEntry[];
  /** Since when it cannot be read at all; `undefined` for one that can, or is absent. */
  readonly unreadableSince: Temporal.Instant | undefined;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the ledger.
 *
 * It reports: lines that are none are counted, a ledger that cannot be opened is dated, so that a caller can be strict
 * for a while and not for ever.
 */
export function readPanicLedger(
  ports: FailurePorts,
  path: string | undefined,
): LedgerReading {
  const stat = path === undefined ? undefined : lookAt(ports, path);
  if (path === undefined || stat === undefined) return NOTHING;
  if (stat === "denied") {
    // Not even the look at it worked: its folder changed when that came to be so.
    const folder = tryStat(ports.store, folderOf(path));
    return unreadable(
      folder === undefined
        ? ports.firstSight.of(path)
        : changedAt(ports, folder, path),
      `Cannot look at ${path}`,
      path,
    );
  }
  const key = `${path} ${stat.identity} ${stat.modifiedAt} ${stat.sizeBytes}`;
  const writtenAt = believedTime(ports, stat, key);
  if (stat.kind !== "file") {
    return unreadable(writtenAt, `${path} is not a regular file`, path);
  }
  try {
    const { records, skippedLines } = readLines(ports.store, path, key);
    return {
      entries: settle(ports, records, writtenAt),
      unreadableSince: undefined,
      findings: skippedLines === 0 ? [] : [finding(
        "ledger-lines-skipped",
        `${skippedLines} lines of ${plainText(path)} tell of no panic`,
      )],
    };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return unreadable(changedAt(ports, stat, path), error.message, path);
  }
}

type LedgerLines = ReturnType<typeof decodePanicLedger>;

/** The lines that were read last of each disk: one status asks three times, and 2,000 lines take 50 ms to read. */
const lastLines = new WeakMap<
  FileStore,
  { readonly key: string; readonly lines: LedgerLines }
>();

/** @param key Names the file as it stands: place, size and time of its last line. */
function readLines(store: FileStore, path: string, key: string): LedgerLines {
  const last = lastLines.get(store);
  if (last?.key === key) return last.lines;
  const bytes = store.readTail(path, MAX_READ_BYTES);
  const text = new TextDecoder().decode(bytes);
  const isCut = bytes.length === MAX_READ_BYTES;
  const lines = decodePanicLedger(
    isCut ? text.slice(text.indexOf("\n") + 1) : text,
  );
  lastLines.set(store, { key, lines });
  return lines;
}

export type { FirstSeen };

/**
 * Since when each panic of the ledger is known: no time of its report later than that can be believed, now or ever
 * (SAFETY T1). A report of another boot under the same path is another panic.
 */
export function firstSeenInLedger(reading: LedgerReading): FirstSeen {
  const lines = reading.entries.map((entry) => entry.record)
    .filter((record) => record.firstSeen !== undefined);
  return (sourceFile, bootSessionUuid) =>
    lines.filter((line) =>
      line.sourceFile === sourceFile &&
      (line.bootSessionUuid ?? bootSessionUuid) ===
        (bootSessionUuid ?? line.bootSessionUuid)
    ).map((line) => line.firstSeen).filter((at) => at !== undefined)
      .reduce<Temporal.Instant | undefined>(
        (first, at) => first === undefined ? at : earlier(first, at),
        undefined,
      );
}

/**
 * The panics that the ledger does not hold yet.
 *
 * Two boots are never one panic. Without a boot on one side, the report's path, its name where that holds a time, or
 * the second and pid decide.
 */
export function panicsNotIn(
  reading: LedgerReading,
  panics: readonly PanicEvent[],
): readonly PanicEvent[] {
  const lines = reading.entries.map((entry) => entry.record);
  const boots = new Set(lines.map((line) => line.bootSessionUuid));
  const bootless = lines.filter((line) => line.bootSessionUuid === null);
  return panics.filter((panic) => {
    const boot = panic.record.bootSessionUuid;
    if (boot !== null && boots.has(boot)) return false;
    const candidates = boot === null ? lines : bootless;
    return !candidates.some((line) => isSamePanic(line, panic));
  });
}

function isSamePanic(line: PanicLedgerRecord, panic: PanicEvent): boolean {
  const { bootSessionUuid, pid, ts } = panic.record;
  if (line.bootSessionUuid !== null && bootSessionUuid !== null) {
    return line.bootSessionUuid === bootSessionUuid;
  }
  const isSameMoment = Math.floor(line.ts) === Math.floor(ts) &&
    line.pid === pid;
  return isSameMoment ||
    panic.sourceFiles.some((path) => isSameReport(line.sourceFile, path));
}

/** A report is moved to `Retired/` in time; its name says when the panic was. */
function isSameReport(one: string, other: string): boolean {
  if (one === other) return one !== "";
  const name = nameOf(one);
  return name === nameOf(other) &&
    tryParseReportName(name)?.stamp !== undefined;
}

/**
 * The ledger's panics since a moment, one a crash. A line that names no boot has its report asked, when that still lies
 * in a report folder: a path out of the ledger is never opened anywhere else.
 *
 * @param ports Disk and tables.
 * @param reading The ledger.
 * @param options Report folders, and the moment.
 */
export function panicsInLedger(
  ports: FailurePorts,
  reading: LedgerReading,
  options: {
    readonly folders: FailureFolders;
    readonly since: Temporal.Instant;
  },
): readonly PanicEvent[] {
  const events = reading.entries
    .filter(({ at }) => Temporal.Instant.compare(at, options.since) >= 0)
    .map(({ record, at }): PanicEvent => ({
      time: {
        at,
        source: record.firstSeen === undefined ? "header" : "first-seen",
      },
      signature: undefined,
      record: {
        ...record,
        bootSessionUuid: record.bootSessionUuid ??
          bootOfReport(ports, record.sourceFile, options.folders),
      },
      sourceFiles: [record.sourceFile],
    }));
  return mergePanics(onePerReport(events));
}

/** A line that was settled later repeats its report. */
function onePerReport(events: readonly PanicEvent[]): readonly PanicEvent[] {
  const kept: PanicEvent[] = [];
  for (const event of events) {
    const { sourceFile, bootSessionUuid } = event.record;
    const isTwin = kept.some((other) =>
      isSameReport(other.record.sourceFile, sourceFile) &&
      (other.record.bootSessionUuid ?? bootSessionUuid) ===
        (bootSessionUuid ?? other.record.bootSessionUuid)
    );
    if (!isTwin) kept.push(event);
  }
  return kept;
}

function bootOfReport(
  ports: FailurePorts,
  sourceFile: string,
  folders: FailureFolders,
): string | null {
  const name = tryParseReportName(nameOf(sourceFile));
  const isReport = name?.family === "kernel_panic" &&
    folders.some((folder) => folder.path === folderOf(sourceFile)) &&
    tryStat(ports.store, sourceFile)?.kind === "file";
  if (!isReport) return null;
  try {
    const text = readReport(ports, {
      path: sourceFile,
      family: "kernel_panic",
    });
    return text.kind === "kernel_panic"
      ? text.report.bootSessionUuid ?? null
      : null;
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

function settle(
  ports: FailurePorts,
  records: readonly PanicLedgerRecord[],
  writtenAt: Temporal.Instant,
): readonly LedgerEntry[] {
  const now = ports.clock.now();
  const lines = records.map((record) => ({
    ...record,
    bootSessionUuid: bootOf(record.bootSessionUuid),
  }));
  const seenAt = new Map<string, Temporal.Instant>();
  for (const line of lines) {
    if (line.firstSeen === undefined) continue;
    const key = lineKey(line);
    seenAt.set(key, earlier(seenAt.get(key) ?? line.firstSeen, line.firstSeen));
  }
  return lines.map((record): LedgerEntry => {
    const ts = instantFromEpochSeconds(record.ts);
    const seen = seenAt.get(lineKey(record));
    const limit = seen === undefined ? now : earlier(seen, now);
    if (ts !== undefined && isBelievable(ts, limit)) {
      return { record, at: ts, isUnsettled: false };
    }
    return {
      record,
      // No line is later than the last write of its file.
      at: seen === undefined ? writtenAt : limit,
      isUnsettled: seen === undefined,
    };
  });
}

function lineKey(record: PanicLedgerRecord): string {
  return `${record.ts} ${record.pid} ${record.sourceFile}`;
}

function bootOf(uuid: string | null): string | null {
  return uuid === null || /^[0-]*$/.test(uuid) ? null : uuid.toUpperCase();
}

const NOTHING: LedgerReading = {
  entries: [],
  unreadableSince: undefined,
  findings: [],
};

function unreadable(
  since: Temporal.Instant,
  because: string,
  path: string,
): LedgerReading {
  return {
    entries: [],
    unreadableSince: since,
    findings: [finding(
      "ledger-unreadable",
      `${
        plainText(because)
      }: panics that only the ledger knows are not counted`,
      `Make it yours:\n$ sudo chown -R "$USER" ${shellWord(folderOf(path))}`,
    )],
  };
}

/** What may not be read says by `changedAt` since when: its content is as old as ever. */
function changedAt(
  ports: FailurePorts,
  stat: FileStat,
  path: string,
): Temporal.Instant {
  const now = ports.clock.now();
  return stat.changedAt !== undefined && isSane(stat.changedAt, now)
    ? earlier(stat.changedAt, now)
    : believedTime(ports, stat, stateKey(path, stat));
}

function lookAt(
  ports: FailurePorts,
  path: string,
): FileStat | "denied" | undefined {
  try {
    return ports.store.stat(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isNone = error.problem === "absent" ||
      error.problem === "not-a-folder";
    return isNone ? undefined : "denied";
  }
}
