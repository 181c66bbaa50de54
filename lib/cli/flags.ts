import { DAY_MS } from "../core/instant.ts";
import { tryParseDuration } from "../parse/duration.ts";

/** `--json`, the same for every command. */
export const JSON_FLAG = {
  kind: "boolean",
  brief: "Print one JSON object",
  default: false,
  withNegated: false,
} as const;

/** A switch that is off unless it is named. */
export function switchFlag(brief: string): {
  readonly kind: "boolean";
  readonly brief: string;
  readonly default: false;
  readonly withNegated: false;
} {
  return { kind: "boolean", brief, default: false, withNegated: false };
}

/**
 * Reads a duration that may not be longer than `maxMs`.
 *
 * @throws {SyntaxError} With words for the command line.
 */
export function parseDurationFlag(text: string, maxMs: number): number {
  const ms = tryParseDuration(text);
  if (ms === undefined || ms <= 0) {
    throw new SyntaxError(`write a duration such as 90s, 30m, 2h or 1d`);
  }
  if (ms > maxMs) {
    throw new SyntaxError(`at most ${Math.floor(maxMs / DAY_MS)}d`);
  }
  return ms;
}

/**
 * Reads a number within bounds.
 *
 * @throws {SyntaxError} With words for the command line.
 */
export function parseNumberFlag(
  text: string,
  bounds: {
    readonly min: number;
    readonly max: number;
    readonly whole: boolean;
  },
): number {
  const value = text.trim() === "" ? NaN : Number(text);
  const isGood = value >= bounds.min && value <= bounds.max &&
    (!bounds.whole || Number.isInteger(value));
  if (isGood) return value;
  const kind = bounds.whole ? "a whole number" : "a number";
  throw new SyntaxError(`write ${kind} from ${bounds.min} to ${bounds.max}`);
}
