import { DecodeError } from "../../core/error.ts";
import {
  addMs,
  DAY_MS,
  earlier,
  epochSeconds,
  isSane,
  later,
  millisecondsBetween,
  SECOND_MS,
} from "../../core/instant.ts";
import { plainText } from "../../core/plain_text.ts";
import {
  type CivilReadings,
  formatCivilTime,
  tryParseCivilTime,
} from "../civil_time.ts";
import { FieldReader } from "./field_reader.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** No hold lasts longer, whatever its file says (SAFETY T3). */
export const MAX_HOLD_MS = 30 * DAY_MS;

/** Longest reason that is kept, in UTF-16 units. */
const MAX_REASON_LENGTH = 500;
/** What a time with an offset ends in; all others are local to whoever wrote them. */
const OFFSET_AT_END = /(?:Z|[+-]\d{2}:?\d{2})\s*$/;

/** Who set a hold: it decides who may shorten it (SAFETY H1). */
export type HoldSetter = "person" | "postmortem";

/** `panic-sentinel.json`: no GPU work before a moment, set by a person or after a panic. */
export interface SentinelFile {
  /** When it ends: naive local ISO from both tools; offsets and `Z` are read. */
  readonly cooldownUntil: string;
  /** When it was made, in the same form; both tools write it, a hand-made file may lack it. */
  readonly createdAt: string | undefined;
  /** The same end in no zone at all. Ours only. */
  readonly cooldownUntilEpoch: Temporal.Instant | undefined;
  /** The same beginning in no zone at all. Ours only. */
  readonly createdAtEpoch: Temporal.Instant | undefined;
  /** Boot UUID of the panic that it was set for; a post-mortem arms once a boot. */
  readonly forBoot: string | undefined;
  /** Why, in one line. */
  readonly reason: string | undefined;
  /** Who; `undefined` for files of the Python tool. */
  readonly setBy: HoldSetter | undefined;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/** What a new hold is made from. */
export interface NewHold {
  /** When it is set: now. */
  readonly createdAt: Temporal.Instant;
  /** When it ends; more than 30 days after `createdAt` is cut to that. */
  readonly until: Temporal.Instant;
  /** The local zone, for the times that the Python tool reads. */
  readonly timeZone: string;
  /** Who sets it. */
  readonly setBy: HoldSetter;
  /** Why. */
  readonly reason: string | undefined;
  /** Boot UUID of the panic behind it. */
  readonly forBoot: string | undefined;
}

/** Builds the file of a new hold. The local end is rounded up to the second, so that it too ends no earlier. */
export function newSentinelFile(hold: NewHold): SentinelFile {
  const until = earlier(hold.until, addMs(hold.createdAt, MAX_HOLD_MS));
  return {
    cooldownUntil: formatCivilTime(
      addMs(until, SECOND_MS - 1),
      hold.timeZone,
    ),
    createdAt: formatCivilTime(hold.createdAt, hold.timeZone),
    cooldownUntilEpoch: until,
    createdAtEpoch: hold.createdAt,
    forBoot: hold.forBoot,
    reason: hold.reason,
    setBy: hold.setBy,
    extra: new Map(),
  };
}

/**
 * Reads the sentinel of either tool.
 *
 * Fails closed by its caller: a file that cannot be decoded holds for 24 h from when it was found (SAFETY H2).
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeSentinel(text: string): SentinelFile {
  const fields = FieldReader.open(text, "panic sentinel");
  const reason = fields.optionalText("reason");
  return {
    cooldownUntil: fields.civil("cooldown_until"),
    createdAt: fields.optionalCivil("created_at"),
    cooldownUntilEpoch: fields.optionalEpoch("cooldown_until_epoch"),
    createdAtEpoch: fields.optionalEpoch("created_at_epoch"),
    forBoot: fields.optionalText("for_boot"),
    reason: reason === undefined
      ? undefined
      : plainText(reason, MAX_REASON_LENGTH),
    setBy: setterOf(fields),
    extra: fields.extra(),
  };
}

/** Writes the sentinel, keys sorted as the seed's. */
export function encodeSentinel(file: SentinelFile): string {
  return encodeJsonFields([
    ["cooldown_until", file.cooldownUntil],
    ["created_at", file.createdAt],
    ["cooldown_until_epoch", optionalSeconds(file.cooldownUntilEpoch)],
    ["created_at_epoch", optionalSeconds(file.createdAtEpoch)],
    ["for_boot", file.forBoot],
    [
      "reason",
      file.reason === undefined
        ? undefined
        : plainText(file.reason, MAX_REASON_LENGTH),
    ],
    ["set_by", file.setBy],
  ], { extra: file.extra, sortKeys: true });
}

/** Carries unknown fields over to the same hold, never to a new one (SAFETY H5). */
export function updateSentinel(
  previous: SentinelFile,
  next: SentinelFile,
): SentinelFile {
  return previous.createdAt !== undefined &&
      previous.createdAt === next.createdAt
    ? { ...next, extra: new Map([...previous.extra, ...next.extra]) }
    : next;
}

/** From where a sentinel is judged. */
export interface SentinelAnchor {
  /** When the file was written: its mtime where that is sane, else when it was first seen. It must not move. */
  readonly fileAt: Temporal.Instant;
  /** The wall clock. */
  readonly now: Temporal.Instant;
  /** The local zone. */
  readonly timeZone: string;
}

/** When a hold ends. */
export interface SentinelEnd {
  /** First instant at which it no longer holds. */
  readonly until: Temporal.Instant;
  /** Its own length in milliseconds, at most 30 days. */
  readonly lengthMs: number;
}

/**
 * Decides when a sentinel ends (SAFETY T3, T4).
 *
 * With epochs the end is exact. Without them the two times are local to an unknown zone: it ends at the later of
 * the last instant at which a clock here shows its end, and its own length after the file was written. A making that
 * lies after the writing of its own file, or ahead of now, comes from another zone or a wrong clock: then only the
 * length counts, from when the file was written, so that the end neither moves nor comes back later.
 *
 * Fails closed within limits: of two readings the later counts, and nothing holds for more than its own length or 30
 * days from its making.
 *
 * @throws {DecodeError} If its times cannot be read; one from {@linkcode decodeSentinel} can.
 */
export function sentinelEnd(
  file: SentinelFile,
  anchor: SentinelAnchor,
): SentinelEnd {
  return file.cooldownUntilEpoch === undefined
    ? civilEnd(file, anchor)
    : epochEnd(file.cooldownUntilEpoch, file.createdAtEpoch, anchor);
}

function epochEnd(
  until: Temporal.Instant,
  createdAt: Temporal.Instant | undefined,
  anchor: SentinelAnchor,
): SentinelEnd {
  const lengthMs = boundedLength(
    millisecondsBetween(createdAt ?? anchor.fileAt, until),
  );
  const start = createdAt !== undefined && isBelieved(createdAt, anchor)
    ? createdAt
    : anchor.fileAt;
  return { until: earlier(until, addMs(start, lengthMs)), lengthMs };
}

function civilEnd(file: SentinelFile, anchor: SentinelAnchor): SentinelEnd {
  const until = readingsOf(file.cooldownUntil, anchor.timeZone);
  // Times of different forms cannot be subtracted without knowing the zone: then the file's own time is the beginning.
  const createdAt = file.createdAt !== undefined &&
      isLocal(file.createdAt) === isLocal(file.cooldownUntil)
    ? file.createdAt
    : undefined;
  const created = createdAt === undefined
    ? { earlier: anchor.fileAt, later: anchor.fileAt }
    : readingsOf(createdAt, anchor.timeZone);
  const lengthMs = boundedLength(
    createdAt === undefined || !isLocal(createdAt)
      ? millisecondsBetween(created.later, until.later)
      : wallClockLength(createdAt, file.cooldownUntil),
  );
  const byLength = addMs(anchor.fileAt, lengthMs);
  return {
    until: isBelieved(created.earlier, anchor)
      ? earlier(
        later(until.later, byLength),
        addMs(anchor.fileAt, MAX_HOLD_MS),
      )
      : byLength,
    lengthMs,
  };
}

/**
 * Milliseconds between two local times as their writer counted them: a hold of two hours says two hours, also where
 * the zone of the reader leaves an hour out between them.
 */
function wallClockLength(from: string, to: string): number {
  return millisecondsBetween(
    readingsOf(from, "UTC").later,
    readingsOf(to, "UTC").later,
  );
}

/**
 * A file is not made after it was written, nor in the future. The first half keeps an answer from changing when the
 * clock reaches a date that was in the future when the file was first seen.
 */
function isBelieved(at: Temporal.Instant, anchor: SentinelAnchor): boolean {
  return isSane(at, anchor.now) && isSane(at, anchor.fileAt);
}

function readingsOf(text: string, timeZone: string): CivilReadings {
  const readings = tryParseCivilTime(text, timeZone);
  if (readings === undefined) {
    throw new DecodeError("Cannot place the panic sentinel in time: no time");
  }
  return readings;
}

function isLocal(text: string): boolean {
  return !OFFSET_AT_END.test(text);
}

function boundedLength(lengthMs: number): number {
  return Math.max(0, Math.min(MAX_HOLD_MS, lengthMs));
}

function setterOf(fields: FieldReader): HoldSetter | undefined {
  const word = fields.optionalText("set_by");
  if (word === undefined || word === "person" || word === "postmortem") {
    return word;
  }
  throw fields.failure("set_by", "neither person nor postmortem");
}

function optionalSeconds(at: Temporal.Instant | undefined): number | undefined {
  return at === undefined ? undefined : epochSeconds(at);
}
