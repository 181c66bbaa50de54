import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** `native-trial.json`: whether a dylib answered every question on this system without a crash. */
export interface NativeTrialFile {
  /** The dylib, its size and time, and the system: another one has to be tried anew. */
  readonly key: string;
  /** Why it must not be used; `undefined` when all went well. */
  readonly because: string | undefined;
  /** When it was tried. */
  readonly triedAt: Temporal.Instant;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the record of the last trial.
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeNativeTrial(text: string): NativeTrialFile {
  const fields = FieldReader.open(text, "record of the dylib's trial");
  return {
    key: fields.text("key"),
    because: fields.optionalText("because"),
    triedAt: fields.epoch("tried_at"),
    extra: fields.extra(),
  };
}

/** Writes the record of a trial. */
export function encodeNativeTrial(file: NativeTrialFile): string {
  return encodeJsonFields([
    ["key", file.key],
    ["because", file.because],
    ["tried_at", epochSeconds(file.triedAt)],
  ], { extra: file.extra });
}
