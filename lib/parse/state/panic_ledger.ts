import type { PanicRecord } from "../../core/failure.ts";
import { epochSeconds, instantFromEpochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { decodeJsonLines, type JsonLines } from "./json_lines.ts";
import {
  encodeJsonFields,
  type JsonFields,
  type JsonValue,
} from "./json_text.ts";

/** One line of `panics.jsonl`. */
export interface PanicLedgerRecord extends PanicRecord {
  /** When a panic without a believable time was first seen; it counts from there (SAFETY T1). */
  readonly firstSeen: Temporal.Instant | undefined;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the ledger of either tool.
 *
 * A line counts as a panic when it is an object with a `ts` that a clock can show; any other field of the wrong form
 * reads as absent, since a panic must not vanish with its explanation.
 *
 * @param text The file, or its tail.
 * @returns The records in the order of the file, and the number of lines that are none.
 */
export function decodePanicLedger(text: string): JsonLines<PanicLedgerRecord> {
  return decodeJsonLines(text, "ts", decodeRecord);
}

/** Writes one line of the ledger without its line break; the first five keys are the seed's, in its order. */
export function encodePanicLedgerRecord(record: PanicLedgerRecord): string {
  return encodeJsonFields([
    ["ts", record.ts],
    ["signature", record.signature],
    ["explanation", record.explanation],
    ["pid", record.pid],
    ["source_file", record.sourceFile],
    ["boot_session_uuid", record.bootSessionUuid],
    ["process", record.process],
    ["os_build", record.osBuild],
    ["kext_version", record.kextVersion],
    [
      "first_seen",
      record.firstSeen === undefined
        ? undefined
        : epochSeconds(record.firstSeen),
    ],
  ], { extra: record.extra });
}

function decodeRecord(line: JsonFields): PanicLedgerRecord {
  const fields = new FieldReader(line, "panic ledger");
  // Kept as it stands: the fraction of the seed's times is finer than an instant's milliseconds.
  const ts = fields.number("ts");
  if (instantFromEpochSeconds(ts) === undefined) {
    throw fields.failure("ts", "not a time");
  }
  const pid = fields.optionalValue("pid");
  const firstSeen = fields.optionalValue("first_seen");
  return {
    ts,
    signature: textOr(fields.optionalValue("signature"), "unknown"),
    explanation: textOr(fields.optionalValue("explanation"), null),
    pid: typeof pid === "number" && Number.isSafeInteger(pid) && pid >= 0
      ? pid
      : null,
    sourceFile: textOr(fields.optionalValue("source_file"), ""),
    bootSessionUuid: textOr(fields.optionalValue("boot_session_uuid"), null),
    process: textOr(fields.optionalValue("process"), null),
    osBuild: textOr(fields.optionalValue("os_build"), null),
    kextVersion: textOr(fields.optionalValue("kext_version"), null),
    firstSeen: typeof firstSeen === "number"
      ? instantFromEpochSeconds(firstSeen)
      : undefined,
    extra: fields.extra(),
  };
}

function textOr<T>(value: JsonValue | undefined, otherwise: T): string | T {
  return typeof value === "string" ? value : otherwise;
}
