import type { ErrorClass, PanicSignature } from "../core/failure.ts";
import { instantFromEpochSeconds } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import {
  classifyAbort,
  type FailureTables,
  isListingOfFailures,
  matchPanicSignature,
  matchReport,
} from "./failure_text.ts";
import {
  findJsonString,
  type RawString,
  readJsonString,
} from "./json_slice.ts";
import {
  fieldAfter,
  parseBootSessionUuid,
  parseCalendar,
  parseIogpuVersion,
  parseLastStartedKext,
  parseOsBuild,
  parsePanickedTask,
} from "./panic_fields.ts";
import { isPanicText, panicLineOf } from "./panic_statement.ts";

/** What a kernel panic's report says of the event itself. */
export interface PanicEvidence {
  /** `false` when the text is only an abort's, or nothing that is known. */
  readonly isKernelPanic: boolean;
  /** The cause, if the text names one that is known. */
  readonly signature: PanicSignature | undefined;
  /** The class of an abort whose text stands here instead. */
  readonly abortClass: ErrorClass | undefined;
  /** Identity of the boot that ended, upper case. */
  readonly bootSessionUuid: string | undefined;
  /** When the kernel stopped, by its own clock. */
  readonly calendarAt: Temporal.Instant | undefined;
  /** When the report was written, as it says: `2026-09-14 14:08:48.00 +0100`. */
  readonly headerTimestamp: string | undefined;
  /** The task that was running; it may be a bystander. */
  readonly pid: number | undefined;
  /** Its name, safe to show. */
  readonly process: string | undefined;
  /** e.g. `25F84`. */
  readonly osBuild: string | undefined;
  /** Version of `com.apple.iokit.IOGPUFamily`, e.g. `130.15.2`. */
  readonly iogpuVersion: string | undefined;
  /** `false` when the panic's text may go on behind the end of what was given: then read more of the file. */
  readonly hasWholePanicText: boolean;
}

/** Everything a kernel panic's report says that matters here. */
export interface PanicReport extends PanicEvidence {
  /** What was said when the kernel stopped: one line, safe to show. */
  readonly panicLine: string | undefined;
  /** e.g. `Darwin Kernel Version 25.5.0: …`. */
  readonly kernelVersion: string | undefined;
  /** Name of the driver that was started last. */
  readonly lastStartedKext: string | undefined;
}

/** How deep into a structured panic text its statement reaches. */
const STATEMENT_REACH = 2_048;
/** How far the two records before a panic's text reach. */
const PREAMBLE_REACH = 4_096;
/** Longest panic text that is looked at, in characters. */
const LONGEST_PANIC_TEXT = 1 << 20;

/**
 * Reads the report of a kernel panic: JSON in either of its forms, whole or cut, or plain text. Never throws.
 *
 * Fails closed within reason: a text that states a known cause counts whatever is broken around it.
 *
 * @param text The report, decoded; its first 16 KiB are enough where `hasWholePanicText` says so.
 * @param tables Signatures and classes.
 */
export function parsePanicReport(
  text: string,
  tables: FailureTables,
): PanicReport {
  const parts = partsOf(text);
  return {
    ...evidenceOf(parts, tables),
    panicLine: panicLineOf(parts.statement),
    kernelVersion: shown(
      fieldAfter(parts.raw, "Kernel version: ") ??
        readJsonString(parts.preamble, "kernel"),
    ),
    lastStartedKext: parseLastStartedKext(parts.tail),
  };
}

/**
 * As {@linkcode parsePanicReport}, without what only a closer look at one report needs: that costs half as much again,
 * and a history reads thousands.
 */
export function parsePanicEvidence(
  text: string,
  tables: FailureTables,
): PanicEvidence {
  return evidenceOf(partsOf(text), tables);
}

/** A report, cut where its parts are. */
interface PanicParts {
  /** The panic's text as far as it is looked at, escaped as in JSON or not. */
  readonly raw: string;
  /** Whether it is in the kernel's own form. */
  readonly isStructured: boolean;
  /** What was said when the kernel stopped. */
  readonly statement: string;
  /** From the panicked task on. */
  readonly tail: string;
  /** Both records before the panic's text. */
  readonly preamble: string;
  /** Whether nothing of the panic's text is missing at its end. */
  readonly isWhole: boolean;
}

function partsOf(text: string): PanicParts {
  const found = panicString(text);
  const raw = (found?.raw ?? text).slice(0, LONGEST_PANIC_TEXT);
  const isStructured = found !== undefined && raw.startsWith("panic(");
  return {
    raw,
    isStructured,
    statement: isStructured ? statementOf(raw) : raw,
    tail: isStructured ? behindThreads(raw) : raw,
    preamble: text.slice(0, PREAMBLE_REACH),
    isWhole: found === undefined
      ? raw.includes("loaded kexts:")
      : found.isClosed,
  };
}

function evidenceOf(parts: PanicParts, tables: FailureTables): PanicEvidence {
  const { raw, isStructured, statement, tail, preamble } = parts;
  const signature = isStructured
    ? matchReport(statement, tail, tables)
    : matchPanicSignature(raw, tables);
  const looksLikePanic = isStructured || isPanicText(raw);
  const isKernelPanic = signature !== undefined ||
    (looksLikePanic && (isStructured || !isListingOfFailures(raw, tables)));
  const seconds = parseCalendar(raw);
  const { pid, process } = parsePanickedTask(tail);
  return {
    isKernelPanic,
    signature,
    abortClass: isKernelPanic ? undefined : classifyAbort(raw, tables),
    bootSessionUuid: parseBootSessionUuid(raw),
    calendarAt: seconds === undefined
      ? undefined
      : instantFromEpochSeconds(seconds),
    headerTimestamp: headerTimestampOf(preamble),
    pid,
    process,
    osBuild: osBuildOf(raw, preamble),
    iogpuVersion: parseIogpuVersion(tail),
    hasWholePanicText: parts.isWhole,
  };
}

/** What was said when the kernel stopped, without the long record behind it. */
function statementOf(raw: string): string {
  const head = raw.slice(0, STATEMENT_REACH);
  const end = head.indexOf("Debugger message:");
  return end < 0 ? head : head.slice(0, end);
}

/** The panicked task, its backtrace and the drivers: they stand behind the long list of cores and threads. */
function behindThreads(raw: string): string {
  const at = raw.indexOf("Panicked task");
  return at < 0 ? raw : raw.slice(at);
}

/** The panic's text inside JSON. Newer kinds of reports keep it under another key, which other reports use too. */
function panicString(text: string): RawString | undefined {
  const found = findJsonString(text, "panicString");
  if (found !== undefined) return found;
  if (
    !/"bug_type"\s{0,8}:\s{0,8}"?(?:210|151)\b/.test(
      text.slice(0, PREAMBLE_REACH),
    )
  ) {
    return undefined;
  }
  return findJsonString(text, "string");
}

function headerTimestampOf(preamble: string): string | undefined {
  return shown(
    readJsonString(preamble, "timestamp", 64) ??
      readJsonString(preamble, "date", 64) ??
      fieldAfter(preamble, "Date/Time:"),
  );
}

function osBuildOf(raw: string, preamble: string): string | undefined {
  const line = fieldAfter(raw, "OS version:") ?? fieldAfter(raw, "OS Version:");
  return (line === undefined ? undefined : parseOsBuild(line)) ??
    parseOsBuild(readJsonString(preamble, "os_version", 80) ?? "") ??
    parseOsBuild(readJsonString(preamble, "build", 80) ?? "");
}

function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : plainText(text, 200);
}
