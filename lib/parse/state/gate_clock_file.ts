import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** `gate-clock.json`: the clocks as the gate last saw them while something held (SAFETY T6). */
export interface GateClockFile {
  /** The wall clock. */
  readonly wallAt: Temporal.Instant;
  /** Milliseconds since the boot, `undefined` where that clock is unknown. */
  readonly bootClockMs: number | undefined;
  /** The boot that `bootClockMs` counts from, `undefined` where it is unknown. */
  readonly bootSessionUuid: string | undefined;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the gate's clock record.
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeGateClock(text: string): GateClockFile {
  const fields = FieldReader.open(text, "gate clock");
  return {
    wallAt: fields.epoch("wall_epoch"),
    bootClockMs: fields.optionalCount("boot_clock_ms"),
    bootSessionUuid: fields.optionalText("boot_session_uuid"),
    extra: fields.extra(),
  };
}

/** Writes the gate's clock record. */
export function encodeGateClock(file: GateClockFile): string {
  return encodeJsonFields([
    ["wall_epoch", epochSeconds(file.wallAt)],
    ["boot_clock_ms", file.bootClockMs],
    ["boot_session_uuid", file.bootSessionUuid],
  ], { extra: file.extra });
}
