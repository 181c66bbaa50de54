import type { ErrorClass } from "../core/failure.ts";
import { plainText } from "../core/plain_text.ts";
import { classifyAbort, type FailureTables } from "./failure_text.ts";
import { readJsonInteger, readJsonString } from "./json_slice.ts";
import { fieldAfter, parseOsBuild } from "./panic_fields.ts";

/** What the report of a crashed process says. */
export interface ProcessReport {
  /** How it died; `undefined` when its text names nothing that is known. */
  readonly errorClass: ErrorClass | undefined;
  /** Its process id. */
  readonly pid: number | undefined;
  /** Its name, safe to show. */
  readonly process: string | undefined;
  /** When, as the report says: `2026-05-30 15:13:30.2563 +0100`. */
  readonly timestamp: string | undefined;
  /** e.g. `25F84`. */
  readonly osBuild: string | undefined;
}

/** Name of the class for a crash on Metal's own completion thread. */
const COMPLETION_ABORT = "metal_completion_abort";
/** The queue on which Metal calls back when a GPU task has ended. */
const COMPLETION_QUEUE = "com.Metal.CompletionQueueDispatch";
/** How far the crashed thread's own record reaches behind its mark. */
const THREAD_REACH = 16_384;

/**
 * Reads the report of a crashed process: an `.ips`, whole or cut, or the text that macOS makes of one. Never throws.
 *
 * Only the thread that crashed counts: other threads wait on Metal's queue in every program that uses the GPU.
 *
 * @param text The report, decoded.
 * @param tables Signatures and classes.
 */
export function parseProcessReport(
  text: string,
  tables: FailureTables,
): ProcessReport {
  const named = PROCESS_LINE.exec(text.slice(0, 8_192));
  const name = readJsonString(text, "procName") ??
    readJsonString(text, "app_name") ?? named?.[1];
  const build = fieldAfter(text, "OS Version:") ??
    readJsonString(text, "os_version") ?? "";
  const timestamp = readJsonString(text, "captureTime", 64) ??
    readJsonString(text, "timestamp", 64) ?? fieldAfter(text, "Date/Time:");
  return {
    errorClass: classifyAbort(text, tables) ?? completionAbort(text, tables),
    pid: readJsonInteger(text, "pid") ??
      (named?.[2] === undefined ? undefined : Number(named[2])),
    process: name === undefined || name.trim() === ""
      ? undefined
      : plainText(name, 64),
    timestamp: timestamp === undefined ? undefined : plainText(timestamp, 64),
    osBuild: parseOsBuild(build),
  };
}

/** `Process:             Python [65813]`. */
const PROCESS_LINE =
  /^Process:[ \t]{1,40}([^\n[]{1,80}?)[ \t]{0,8}\[(\d{1,10})\]/m;

/** Looks into the record of the thread that carries the mark of the crash. */
function completionAbort(
  text: string,
  tables: FailureTables,
): ErrorClass | undefined {
  const mark = TRIGGERED.exec(text);
  if (mark === null) return undefined;
  const record = text.slice(mark.index, mark.index + THREAD_REACH);
  const next = record.search(
    /\}\s{0,8},\s{0,8}\{\s{0,8}"(?:id|triggered)"\s{0,8}:/,
  );
  const thread = next < 0 ? record : record.slice(0, next);
  return thread.includes(COMPLETION_QUEUE)
    ? tables.classes.find((row) => row.errorClass.name === COMPLETION_ABORT)
      ?.errorClass
    : undefined;
}

const TRIGGERED = /"triggered"\s{0,8}:\s{0,8}true/;
