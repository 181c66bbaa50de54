import { MIB } from "../core/bytes.ts";
import type { FailureTables } from "../parse/failure_text.ts";
import { type PanicReport, parsePanicReport } from "../parse/panic_report.ts";
import { decodeReportBytes } from "../parse/report_text.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { PanicEvent } from "./panic_merge.ts";

/** Most of one report that is copied (SPEC 12). */
export const REPORT_COPY_BYTES: number = 5 * MIB;
/** Room for the line that says so when its end is missing. */
const NOTE_BYTES = 256;
/** A report's statement, its kernel and its drivers stand in its first part. */
const CLOSE_BYTES = 512 * 1_024;
/** A word that the cut went through is dropped: half of a name is no name that could be found. */
const LONGEST_WORD = 256;

/** A report's text, ready to be written somewhere else. */
export interface ReportCopy {
  /** The text, with a last line that says so where its end is missing. */
  readonly text: string;
  /** Whether its end is missing. */
  readonly isCut: boolean;
}

/**
 * Reads a report for a copy: at most 5 MiB of it, whatever its encoding.
 *
 * @param store Where it lies.
 * @param path The report.
 * @param redact Takes out what is private; it sees the text before the cut is marked.
 * @throws {FileError} If it cannot be read.
 */
export function readReportCopy(
  store: FileStore,
  path: string,
  redact: (text: string) => string,
): ReportCopy {
  const room = REPORT_COPY_BYTES - NOTE_BYTES;
  const bytes = store.readHead(path, room + 1);
  const isCut = bytes.length > room;
  const text = decodeReportBytes(isCut ? bytes.subarray(0, room) : bytes);
  if (!isCut) return { text: redact(text), isCut };
  const end = text.slice(-LONGEST_WORD).search(/\S*$/);
  const whole = redact(
    text.slice(0, Math.max(0, text.length - LONGEST_WORD) + end),
  );
  return {
    text: `${
      whole.slice(0, room)
    }\n[metal-guard: cut here, the report is larger than 5 MiB]\n`,
    isCut,
  };
}

/**
 * Reads closely what one report says.
 *
 * @throws {FileError} If it cannot be read.
 */
export function readPanicClosely(
  ports: { readonly store: FileStore; readonly tables: FailureTables },
  path: string,
): PanicReport {
  const bytes = ports.store.readHead(path, CLOSE_BYTES);
  return parsePanicReport(decodeReportBytes(bytes), ports.tables);
}

/**
 * Which reports to copy: the best one of each panic first, newest first, then the second ones. One file that two folders
 * reach is one.
 *
 * @param store Where they lie.
 * @param panics Panics, newest first.
 * @param most How many.
 */
export function chooseReports(
  store: FileStore,
  panics: readonly Pick<PanicEvent, "sourceFiles">[],
  most: number,
): readonly string[] {
  const ordered = [
    ...panics.flatMap(({ sourceFiles }) => sourceFiles.slice(0, 1)),
    ...panics.flatMap(({ sourceFiles }) => sourceFiles.slice(1)),
  ];
  const seen = new Set<string>();
  return ordered.filter((path) => {
    const identity = tryStat(store, path)?.identity ?? path;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  }).slice(0, most);
}
