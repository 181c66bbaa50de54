import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** `native-trial.json`: whether a dylib answered every question on this system without a crash. */
export interface NativeTrialFile {
  /** The dylib, its size and time, and the system: another one has to be tried anew. */
  readonly key: string;
  /** Why it must not be used; `undefined` when all went well. */
  readonly because: string | undefined;
  /** Whether that was seen in a command, after a trial that went well: another trial would prove nothing. */
  readonly isLostInUse: boolean;
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
    isLostInUse: fields.optionalValue("lost_in_use") === true,
    triedAt: fields.epoch("tried_at"),
    extra: fields.extra(),
  };
}

/** Writes the record of a trial. */
export function encodeNativeTrial(file: NativeTrialFile): string {
  return encodeJsonFields([
    ["key", file.key],
    ["because", file.because],
    ["lost_in_use", file.isLostInUse ? true : undefined],
    ["tried_at", epochSeconds(file.triedAt)],
  ], { extra: file.extra });
}
