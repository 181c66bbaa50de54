import { DAY_MS, epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
} from "./json_text.ts";

/** `gate-clock.json`: the clocks as the gate last saw them while something held (SAFETY T6). */
export interface GateClockFile {
  /** The wall clock. */
  readonly wallAt: Temporal.Instant;
  /** Milliseconds since the boot, `undefined` where that clock is unknown. */
  readonly bootClockMs: number | undefined;
  /** The boot that `bootClockMs` counts from, `undefined` where it is unknown. */
  readonly bootSessionUuid: string | undefined;
  /** What was left of each hold at that moment. */
  readonly holds: readonly {
    /** What names the hold. */
    readonly key: string;
    /** Milliseconds of running time that were left. */
    readonly remainingMs: number;
  }[];
  /** The wall clock at the last look. */
  readonly lastWallAt: Temporal.Instant;
  /** Running time from `wallAt` to the last look, in milliseconds. */
  readonly lastPassedMs: number;
  /** Whether the wall clock was set since something holds. */
  readonly wasSet: boolean;
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
    holds: holdsOf(fields),
    lastWallAt: fields.epoch("last_wall_epoch"),
    lastPassedMs: fields.count("last_passed_ms"),
    wasSet: fields.optionalValue("was_set") === true,
    extra: fields.extra(),
  };
}

/** Writes the gate's clock record. */
export function encodeGateClock(file: GateClockFile): string {
  return encodeJsonFields([
    ["wall_epoch", epochSeconds(file.wallAt)],
    ["boot_clock_ms", file.bootClockMs],
    ["boot_session_uuid", file.bootSessionUuid],
    ["last_wall_epoch", epochSeconds(file.lastWallAt)],
    ["last_passed_ms", file.lastPassedMs],
    ["was_set", file.wasSet],
    [
      "remaining_ms",
      Object.fromEntries(
        file.holds.map((hold) => [hold.key, hold.remainingMs]),
      ),
    ],
  ], { extra: file.extra });
}

/** Longest hold that is counted down here: a lockout of any configured length fits, a number that is none does not. */
const MAX_REMAINING_MS = 366 * DAY_MS;

function holdsOf(fields: FieldReader): GateClockFile["holds"] {
  const value = fields.optionalValue("remaining_ms");
  if (value === undefined) return [];
  if (!isJsonObject(value)) {
    throw fields.failure("remaining_ms", "not an object");
  }
  return Object.entries(value).map(([key, remainingMs]) => {
    const isSpan = typeof remainingMs === "number" && remainingMs >= 0 &&
      remainingMs <= MAX_REMAINING_MS;
    if (!isSpan) throw fields.failure("remaining_ms", "not made of spans");
    return { key, remainingMs };
  });
}
