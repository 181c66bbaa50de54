import type { ErrorClass } from "../core/failure.ts";
import { plainText } from "../core/plain_text.ts";
import type { FailureTables } from "./failure_text.ts";
import { readJsonInteger, readJsonString } from "./json_slice.ts";
import { parseOsBuild } from "./panic_fields.ts";

/** A process that the system ended. */
export interface JetsamKill {
  /** Its process id. */
  readonly pid: number | undefined;
  /** Its name, safe to show. */
  readonly process: string | undefined;
  /** Why, in the system's words, e.g. `vm-compressor-space-shortage`. */
  readonly reason: string;
  /** Pages it held. */
  readonly residentPages: number | undefined;
  /** The same in bytes, when the report says how large a page is. */
  readonly residentBytes: number | undefined;
}

/** What a `JetsamEvent-*.ips` says. */
export interface JetsamEvent {
  /** `jetsam_kill` when a process was ended for memory; `undefined` for mere housekeeping. */
  readonly errorClass: ErrorClass | undefined;
  /** Processes that were ended for memory, the largest first. */
  readonly kills: readonly JetsamKill[];
  /** The process that held most memory, which need not be the one that was ended. */
  readonly largestProcess: string | undefined;
  /** Of the largest kill. */
  readonly pid: number | undefined;
  /** Of the largest kill, safe to show. */
  readonly process: string | undefined;
  /** When, as the report says. */
  readonly timestamp: string | undefined;
  /** e.g. `25F84`. */
  readonly osBuild: string | undefined;
}

/** Reasons that mean memory. Others (`idle-exit`, `disk-space-shortage`) do not. */
const FOR_MEMORY =
  /^(?:vm-.{1,60}|per-process-limit|highwater|fc-thrashing|low-swap|.{0,20}memory-pressure|zone-map-exhaustion|jettisoned)$/;

/** More processes than any Mac runs. */
const MOST_PROCESSES = 20_000;
/** Longest record of one process, in characters. */
const LONGEST_RECORD = 16_384;

/**
 * Reads a Jetsam report: whole, or cut in the middle of its list of processes. Never throws.
 *
 * @param text The report, decoded.
 * @param tables Signatures and classes.
 */
export function parseJetsamEvent(
  text: string,
  tables: FailureTables,
): JetsamEvent {
  const pageSize = readJsonInteger(text, "pageSize");
  const kills: JetsamKill[] = [];
  for (const record of processRecords(text)) {
    const reason = readJsonString(record, "reason", 80);
    if (reason === undefined || !FOR_MEMORY.test(reason)) continue;
    const name = readJsonString(record, "name");
    const pages = readJsonInteger(record, "rpages");
    kills.push({
      pid: readJsonInteger(record, "pid"),
      process: name === undefined ? undefined : plainText(name, 64),
      reason: plainText(reason, 80),
      residentPages: pages,
      residentBytes: pages === undefined || pageSize === undefined
        ? undefined
        : pages * pageSize,
    });
  }
  kills.sort((a, b) => (b.residentPages ?? 0) - (a.residentPages ?? 0));
  const largest = readJsonString(text, "largestProcess");
  const timestamp = readJsonString(text, "timestamp", 64) ??
    readJsonString(text, "date", 64);
  return {
    errorClass: kills.length === 0
      ? undefined
      : tables.classes.find((row) => row.errorClass.name === "jetsam_kill")
        ?.errorClass,
    kills,
    largestProcess: largest === undefined ? undefined : plainText(largest, 64),
    pid: kills[0]?.pid,
    process: kills[0]?.process,
    timestamp: timestamp === undefined ? undefined : plainText(timestamp, 64),
    osBuild: parseOsBuild(
      readJsonString(text, "os_version") ?? readJsonString(text, "build") ?? "",
    ),
  };
}

const OPEN = 123;
const CLOSE = 125;
const QUOTE = 34;
const BACKSLASH = 92;

/** The records in the list of processes, one a time; a record that was cut is the last. */
function* processRecords(text: string): Generator<string> {
  const key = text.indexOf('"processes"');
  if (key < 0) return;
  let depth = 0;
  let start = -1;
  let count = 0;
  let isInString = false;
  for (let at = text.indexOf("[", key); at >= 0 && at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = false;
      continue;
    }
    if (code === QUOTE) isInString = true;
    else if (code === OPEN) {
      if (depth === 0) start = at;
      depth += 1;
    } else if (code === CLOSE) {
      depth -= 1;
      if (depth < 0) return;
      if (depth > 0) continue;
      yield text.slice(start, Math.min(at + 1, start + LONGEST_RECORD));
      start = -1;
      count += 1;
      if (count === MOST_PROCESSES) return;
    }
  }
  if (start >= 0) yield text.slice(start, start + LONGEST_RECORD);
}
