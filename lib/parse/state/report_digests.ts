import type { PanicSignature } from "../../core/failure.ts";
import { plainText } from "../../core/plain_text.ts";
import type { PanicEvidence } from "../panic_report.ts";

/** What tells one state of a file from another without opening it. */
export interface FileMark {
  /** Size in bytes. */
  readonly sizeBytes: number;
  /** When its content last changed, in epoch milliseconds. */
  readonly modifiedMs: number;
  /** When the system last touched its record, in epoch milliseconds; `null` where that is not known. */
  readonly changedMs: number | null;
  /** Device and inode. */
  readonly identity: string;
}

/** What one report says, and which report that is. */
export interface ReportDigest {
  /** The file when it was read. */
  readonly mark: FileMark;
  /** What it said: always a whole kernel panic. */
  readonly report: PanicEvidence;
}

/** Digests as they stand in the file, each still as text: of thousands most are never asked for. */
export interface DigestLines {
  /** By the path of their report. */
  readonly lines: ReadonlyMap<string, string>;
  /** Of the tables and parsers that made them; `undefined` when the file does not say. */
  readonly revision: string | undefined;
}

const PATH_START = '{"path":"';
const REVISION_START = '{"revision":"';
/** No field of a report is longer; a longer one was not written by us. */
const LONGEST_FIELD = 512;

/**
 * Cuts the file into its lines. Never throws.
 *
 * @param text The file, or its end: the newest reports and the revision stand there.
 */
export function splitReportDigests(text: string): DigestLines {
  const lines = new Map<string, string>();
  let revision: string | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith(PATH_START)) {
      const path = quotedAt(line, PATH_START.length);
      if (path !== undefined) lines.set(path, line);
    } else if (line.startsWith(REVISION_START)) {
      revision = quotedAt(line, REVISION_START.length);
    }
  }
  return { lines, revision };
}

/** The text up to the next quote; what JSON writes with a backslash, as half of a pair, is no path of ours. */
function quotedAt(line: string, start: number): string | undefined {
  const end = line.indexOf('"', start);
  const text = end < 0 ? undefined : line.slice(start, end);
  return text === undefined || text.includes("\\") || !text.isWellFormed()
    ? undefined
    : text;
}

/**
 * Reads one line.
 *
 * @param line As {@linkcode splitReportDigests} gives it.
 * @param findSignature Names a signature.
 * @returns `undefined` for what we did not write: the report itself is read then.
 */
export function tryDecodeReportDigest(
  line: string,
  findSignature: (id: string) => PanicSignature | undefined,
): ReportDigest | undefined {
  const fields = tryParseObject(line);
  if (fields === undefined) return undefined;
  const { size, modified, changed, identity, signature, calendar, pid } =
    fields;
  const known = typeof signature === "string"
    ? findSignature(signature)
    : undefined;
  const texts = [
    fields["boot"],
    fields["header"],
    fields["process"],
    fields["build"],
    fields["iogpu"],
  ];
  if (
    !isCount(size) || !isMoment(modified) ||
    (changed !== null && !isMoment(changed)) || typeof identity !== "string" ||
    (signature !== null && known === undefined) ||
    (calendar !== null && !isMoment(calendar)) ||
    (pid !== null && !isCount(pid)) || !texts.every(isPlainOrNull)
  ) return undefined;
  const [boot, header, process, build, iogpu] = texts.map((text) =>
    text ?? undefined
  );
  return {
    mark: {
      sizeBytes: size,
      modifiedMs: modified,
      changedMs: changed,
      identity,
    },
    report: {
      isKernelPanic: true,
      signature: known,
      abortClass: undefined,
      bootSessionUuid: boot,
      calendarAt: calendar === null
        ? undefined
        : Temporal.Instant.fromEpochMilliseconds(calendar),
      headerTimestamp: header,
      pid: pid ?? undefined,
      process,
      osBuild: build,
      iogpuVersion: iogpu,
      hasWholePanicText: true,
    },
  };
}

/**
 * Writes one line without its line break.
 *
 * @returns `undefined` for a path that JSON cannot write as it stands: it is rare, and its report is read each time.
 */
export function encodeReportDigest(
  path: string,
  { mark, report }: ReportDigest,
): string | undefined {
  const line = JSON.stringify({
    path,
    size: mark.sizeBytes,
    modified: mark.modifiedMs,
    changed: mark.changedMs,
    identity: mark.identity,
    signature: report.signature?.id ?? null,
    boot: report.bootSessionUuid ?? null,
    calendar: report.calendarAt?.epochMilliseconds ?? null,
    header: report.headerTimestamp ?? null,
    pid: report.pid ?? null,
    process: report.process ?? null,
    build: report.osBuild ?? null,
    iogpu: report.iogpuVersion ?? null,
  });
  return line.startsWith(`${PATH_START}${path}"`) ? line : undefined;
}

/** Writes the whole file. */
export function encodeReportDigests(
  lines: Iterable<string>,
  revision: string,
): string {
  return [...lines, JSON.stringify({ revision })].join("\n") + "\n";
}

/** When a line's report last changed, in epoch milliseconds, or 0: what is oldest is forgotten first. */
export function modifiedMsOf(line: string): number {
  const modified = tryParseObject(line)?.["modified"];
  return isMoment(modified) ? modified : 0;
}

function tryParseObject(
  line: string,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Whether an instant can be made of it. */
function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(Number(value)) <= 8.64e15;
}

function isPlainOrNull(value: unknown): value is string | null | undefined {
  return value === null ||
    (typeof value === "string" && value.length <= LONGEST_FIELD &&
      plainText(value, LONGEST_FIELD) === value);
}
