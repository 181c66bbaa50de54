import { plainText } from "../core/plain_text.ts";
import { unescapeJson } from "./json_slice.ts";

/** The task that was running when the kernel stopped. It may be a bystander. */
export interface PanickedTask {
  /** Process id; `undefined` when the report leaves it out. */
  readonly pid: number | undefined;
  /** Name; `undefined` when the report leaves it out. */
  readonly process: string | undefined;
}

const MICROSECONDS = 1_000_000;
/** No process id of macOS is larger. */
const LARGEST_PID = 0x7fff_ffff;
/** Longest name of a process that is kept, in characters. */
const LONGEST_NAME = 64;
/** Longest line of a field. */
const LONGEST_FIELD = 512;

const PID = /\bpid:? (\d{1,10}):/;
const CALENDAR =
  /^[ \t]{0,16}0x([0-9a-fA-F]{1,16})(?![0-9a-zA-Z])(?:[ \t]{1,16}0x([0-9a-fA-F]{1,8}))?/;
const UUID = /^\s{0,4}([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})/;
const BUILD = /(?:^|\(|\s)(\d{2}[A-Z]\d{1,5}[a-z]?)(?:\)|\s|$)/;
const VERSION = /^[ \t]{0,4}\(?(\d[\d.]{0,30})/;

/**
 * The process id in a panic's text: that of the panicked task, else the first `pid N:`.
 *
 * @param text Text of a panic, escaped as in JSON or not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parsePanickedPid } from "@metal-guard/core";
 *
 * assert.equal(parsePanickedPid("Panicked task 0xfffffe1c: 41210 pages, 23 threads: pid 812: python3.13"), 812);
 * ```
 */
export function parsePanickedPid(text: string): number | undefined {
  return parsePanickedTask(text).pid ?? pidOf(PID.exec(text)?.[1]);
}

/**
 * When the kernel stopped, by its own clock.
 *
 * @param text Text of a panic, escaped as in JSON or not.
 * @returns Epoch seconds with fraction; microseconds that were cut off count as none. `undefined` without a
 *   `Calendar` row, and for a clock that was never set.
 */
export function parseCalendar(text: string): number | undefined {
  const KEY = "Calendar:";
  for (
    let at = text.indexOf(KEY);
    at >= 0;
    at = text.indexOf(KEY, at + KEY.length)
  ) {
    const match = CALENDAR.exec(text.slice(at + KEY.length, at + 80));
    if (match === null) continue;
    const seconds = parseInt(match[1] ?? "", 16);
    if (seconds === 0) return undefined;
    return seconds + parseInt(match[2] ?? "0", 16) / MICROSECONDS;
  }
  return undefined;
}

/** The identity of the boot that ended, in upper case; `undefined` when it is missing or was blanked with zeros. */
export function parseBootSessionUuid(text: string): string | undefined {
  const KEY = "Boot session UUID:";
  const at = text.indexOf(KEY);
  if (at < 0) return undefined;
  const uuid = UUID.exec(text.slice(at + KEY.length, at + KEY.length + 48))
    ?.[1];
  return uuid === undefined || /^[0-]+$/.test(uuid)
    ? undefined
    : detached(uuid.toUpperCase());
}

/** The same text on its own: a piece keeps the whole report in memory that it was cut from. */
function detached(piece: string): string {
  return ` ${piece}`.slice(1);
}

/** The build in a text like `25F84` or `macOS 26.5.2 (25F84)`; `undefined` for `Not yet set`. */
export function parseOsBuild(text: string): string | undefined {
  return BUILD.exec(text.slice(0, 80))?.[1];
}

/** The version of `com.apple.iokit.IOGPUFamily`, wherever the text gives it with one. */
export function parseIogpuVersion(text: string): string | undefined {
  const KEY = "IOGPUFamily";
  for (
    let at = text.indexOf(KEY);
    at >= 0;
    at = text.indexOf(KEY, at + KEY.length)
  ) {
    const version = VERSION.exec(
      text.slice(at + KEY.length, at + KEY.length + 40)
        .replace(/^\\t/, " "),
    )?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

/** How Intel Macs shorten the names of drivers. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  ">": "com.apple.driver.",
  "@": "com.apple.",
  "|": "com.apple.iokit.",
};

/** The driver that was started last, its name written out. */
export function parseLastStartedKext(text: string): string | undefined {
  const line = fieldAfter(text, "last started kext at ");
  const name = line === undefined
    ? undefined
    : /^\d{1,20}: {0,4}(\S{1,128})/.exec(line)?.[1];
  if (name === undefined) return undefined;
  const long = SHORT_NAMES[name.charAt(0)];
  return plainText(
    long === undefined ? name : long + name.slice(1).replace("!A", "Apple"),
    160,
  );
}

/**
 * The rest of the line after a key.
 *
 * @param text Text of a panic, escaped as in JSON or not.
 */
export function fieldAfter(text: string, key: string): string | undefined {
  const at = text.indexOf(key);
  if (at < 0) return undefined;
  const line = firstLine(text.slice(at + key.length, at + LONGEST_FIELD))
    .trim();
  return line === "" ? undefined : line;
}

/** The task that was running, as the report says in one of its many ways. */
export function parsePanickedTask(text: string): PanickedTask {
  const at = taskAt(text);
  if (at < 0) return { pid: undefined, process: undefined };
  const raw = text.slice(at, at + LONGEST_FIELD);
  const line = firstLine(raw);
  const bare = BARE_NAME.exec(line)?.[1];
  if (bare !== undefined && !PID_WORD.test(line)) {
    return { pid: undefined, process: cleanName(bare) };
  }
  const match = NAMED_PID.exec(line) ?? NAMED_PID.exec(wrapped(raw));
  if (match === null) return { pid: undefined, process: undefined };
  return {
    pid: pidOf(match[1]),
    process: cleanName(match[2] ?? match[3] ?? ""),
  };
}

/** A terminal may have wrapped the line; the thread's line, or an empty one, is where it ends at the latest. */
function wrapped(raw: string): string {
  const slice = unescapeJson(raw);
  const end = slice.search(/\n[ \t]*\n|\n[^\n]{0,40}anicked thread/);
  return end < 0 ? slice : slice.slice(0, end);
}

const PID_WORD = /\bpid\b/;
/** `: python3 — 12 pages, 8 threads`, `: watchdogd`. */
const BARE_NAME = /^: ?([^\n:—]{1,80}?)(?: +—.{0,200})?$/;
/** `pid 42: name`, `` pid 42 `name` ``. */
const NAMED_PID =
  /\bpid:?\s{1,8}(\d{1,10})(?::[ \t]{0,8}([^\n]{0,200})| `([^`\n]{1,200})`|(?!\d))/;

function taskAt(text: string): number {
  // Without its capital: people write of the panicked task in the middle of a sentence.
  const KEY = "anicked task";
  const at = text.indexOf(KEY);
  return at < 0 ? -1 : at + KEY.length;
}

/** Up to the first line break, escaped or not; unescaping more than that line would cost more than all else here. */
function firstLine(raw: string): string {
  const breakAt = raw.indexOf("\n");
  const line = breakAt < 0 ? raw : raw.slice(0, breakAt);
  const escapedAt = line.indexOf("\\n");
  return unescapeJson(escapedAt < 0 ? line : line.slice(0, escapedAt));
}

/** Names hold spaces and brackets; what people write behind one comes after two spaces or an arrow. */
function cleanName(raw: string): string | undefined {
  const [name = ""] = raw.split(/ {2}|\t|←| — /, 1);
  const clean = plainText(name, LONGEST_NAME);
  return clean === "" || /^\d+ (?:pages|threads)\b/.test(clean)
    ? undefined
    : clean;
}

function pidOf(digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined;
  const pid = Number(digits);
  return pid <= LARGEST_PID ? pid : undefined;
}
