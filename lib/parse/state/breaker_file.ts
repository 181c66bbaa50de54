import { epochSeconds, SECOND_MS } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** `breaker.json`: the circuit breaker is open. Without the file it is closed. */
export interface BreakerFile {
  /** When it opened. */
  readonly enteredAt: Temporal.Instant;
  /** When it closes by itself; the caller bounds it by its own cooldown (SAFETY T3). */
  readonly cooldownUntil: Temporal.Instant;
  /** Panics that opened it. */
  readonly panicCount: number;
  /** Panics that were needed. */
  readonly threshold: number;
  /** The window they were counted in, in milliseconds. */
  readonly windowMs: number;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the breaker file of either tool.
 *
 * Fails closed by its caller: a file that cannot be decoded holds for the breaker's cooldown (SAFETY H2).
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeBreaker(text: string): BreakerFile {
  const fields = FieldReader.open(text, "breaker file");
  const windowSec = fields.number("window_sec");
  const windowMs = Math.round(windowSec * SECOND_MS);
  // Beyond that it is no number when it is written again.
  if (windowMs < 0 || windowMs > Number.MAX_SAFE_INTEGER) {
    throw fields.failure("window_sec", "not a span");
  }
  return {
    enteredAt: fields.epoch("entered_at"),
    cooldownUntil: fields.epoch("cooldown_until"),
    panicCount: fields.count("panic_count"),
    threshold: fields.count("threshold"),
    windowMs,
    extra: fields.extra(),
  };
}

/** Writes the breaker file, keys sorted as the seed's. */
export function encodeBreaker(file: BreakerFile): string {
  return encodeJsonFields([
    ["cooldown_until", epochSeconds(file.cooldownUntil)],
    ["entered_at", epochSeconds(file.enteredAt)],
    ["panic_count", file.panicCount],
    ["threshold", file.threshold],
    ["window_sec", file.windowMs / SECOND_MS],
  ], { extra: file.extra, sortKeys: true });
}
