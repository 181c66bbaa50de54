import { formatUtc } from "../civil_time.ts";
import { maskedCommandLine } from "../command_line.ts";
import { plainText } from "../../core/plain_text.ts";
import type { StartToken } from "../../core/process_identity.ts";
import { FieldReader } from "./field_reader.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** Longest command line in the record, in UTF-16 units (the seed's limit). */
const MAX_COMMAND_LINE_LENGTH = 300;
/** Longest label that we write, in UTF-16 units. */
const MAX_LABEL_LENGTH = 300;

export type { StartToken };

/** `mlx_exclusive.lock`: who says that they use the GPU. */
export interface LockFile {
  /** The process that uses the GPU. */
  readonly pid: number;
  /** What it does, e.g. `mlx_subprocess_runner:<model>`. */
  readonly label: string;
  /** When it took the lock. */
  readonly startedAt: Temporal.Instant;
  /** Its command line, secrets masked: the Python metal-guard writes it down as it is (SAFETY P1). */
  readonly commandLine: string;
  /** The guard around it. Ours only, as all below. */
  readonly guardPid: number | undefined;
  /** When the process `pid` started. */
  readonly startToken: StartToken | undefined;
  /** The boot that the pids belong to. */
  readonly bootSessionUuid: string | undefined;
  /** Identity of this hold. */
  readonly nonce: string | undefined;
  /** Hash of the machine that the pids belong to (SAFETY I3). */
  readonly host: string | undefined;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the lock record of either tool.
 *
 * Fails closed by its caller: a young record that cannot be decoded is held by somebody unknown (SAFETY L4).
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeLock(text: string): LockFile {
  const fields = FieldReader.open(text, "lock record");
  return {
    pid: fields.count("pid", 1),
    label: fields.text("label"),
    startedAt: fields.utc("started_at"),
    commandLine: maskedCommandLine(
      (fields.optionalText("cmdline") ?? "").split(" "),
    ),
    guardPid: fields.optionalCount("guard_pid", 1),
    startToken: decodeStartToken(fields),
    bootSessionUuid: fields.optionalText("boot_session_uuid"),
    nonce: fields.optionalText("nonce"),
    host: fields.optionalText("host"),
    extra: fields.extra(),
  };
}

/** Writes the lock record; the first four keys are the seed's, in its order. */
export function encodeLock(file: LockFile): string {
  return encodeJsonFields([
    ["pid", file.pid],
    ["label", plainText(file.label, MAX_LABEL_LENGTH)],
    ["started_at", formatUtc(file.startedAt)],
    ["cmdline", plainText(file.commandLine, MAX_COMMAND_LINE_LENGTH)],
    ["guard_pid", file.guardPid],
    ["start_token", encodeStartToken(file.startToken)],
    ["boot_session_uuid", file.bootSessionUuid],
    ["nonce", file.nonce],
    ["host", file.host],
  ], { extra: file.extra });
}

/** Carries unknown fields over to the same hold, never to another one (SAFETY H5). */
export function updateLock(previous: LockFile, next: LockFile): LockFile {
  return previous.nonce !== undefined && previous.nonce === next.nonce
    ? { ...next, extra: new Map([...previous.extra, ...next.extra]) }
    : next;
}

/**
 * Reads a start token, `<kind>:<value>`, from the field `start_token`.
 *
 * @throws {DecodeError} If the field is there and has another form.
 */
export function decodeStartToken(fields: FieldReader): StartToken | undefined {
  const text = fields.optionalText("start_token");
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1) {
    throw fields.failure("start_token", "not kind:value");
  }
  return { kind: text.slice(0, colon), value: text.slice(colon + 1) };
}

/** Writes a start token as {@linkcode decodeStartToken} reads it. */
export function encodeStartToken(
  token: StartToken | undefined,
): string | undefined {
  return token === undefined ? undefined : `${token.kind}:${token.value}`;
}
