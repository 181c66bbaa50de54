import { DecodeError } from "../../core/error.ts";
import { instantFromEpochSeconds } from "../../core/instant.ts";
import { tryParseCivilTime } from "../civil_time.ts";
import {
  decodeJsonFields,
  type JsonFields,
  type JsonValue,
} from "./json_text.ts";

/** The longest form of a civil time has 35 characters; a longer text is none, and is not worth matching. */
const MAX_TIME_LENGTH = 64;

/**
 * Takes the known fields out of a record, one by one, and keeps the rest.
 *
 * Every method throws {@linkcode DecodeError} when the field has another form. The `optional…` ones answer `undefined`
 * for a field that is absent or `null`, and still throw for one of the wrong form: half a record is no record.
 */
export class FieldReader {
  readonly #fields: JsonFields;
  readonly #what: string;
  readonly #taken = new Set<string>();

  /** Reads from `fields`; `what` names the file in messages, e.g. `panic sentinel`. */
  constructor(fields: JsonFields, what: string) {
    this.#fields = fields;
    this.#what = what;
  }

  /**
   * Reads the text of a whole file.
   *
   * @throws {DecodeError} If it is not one JSON object.
   */
  static open(text: string, what: string): FieldReader {
    return new FieldReader(decodeJsonFields(text, what), what);
  }

  /** The field as it stands; `undefined` when absent or `null`. */
  optionalValue(key: string): JsonValue | undefined {
    this.#taken.add(key);
    return this.#fields.get(key) ?? undefined;
  }

  /** A text. */
  text(key: string): string {
    return this.#required(key, this.optionalText(key));
  }

  /** A text, or none. */
  optionalText(key: string): string | undefined {
    const value = this.optionalValue(key);
    if (value === undefined || typeof value === "string") return value;
    throw this.failure(key, "not a text");
  }

  /** A finite number. */
  number(key: string): number {
    return this.#required(key, this.optionalNumber(key));
  }

  /** A finite number, or none. */
  optionalNumber(key: string): number | undefined {
    const value = this.optionalValue(key);
    if (value === undefined || typeof value === "number") return value;
    throw this.failure(key, "not a number");
  }

  /** A whole number of at least `least`. */
  count(key: string, least = 0): number {
    return this.#required(key, this.optionalCount(key, least));
  }

  /** A whole number of at least `least`, or none. */
  optionalCount(key: string, least = 0): number | undefined {
    const value = this.optionalNumber(key);
    if (value === undefined) return undefined;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw this.failure(key, `not a whole number from ${least}`);
  }

  /** A time as epoch seconds. */
  epoch(key: string): Temporal.Instant {
    return this.#required(key, this.optionalEpoch(key));
  }

  /** A time as epoch seconds, or none. */
  optionalEpoch(key: string): Temporal.Instant | undefined {
    const seconds = this.optionalNumber(key);
    if (seconds === undefined) return undefined;
    const at = instantFromEpochSeconds(seconds);
    if (at === undefined) throw this.failure(key, "not a time");
    return at;
  }

  /** A time as text, as {@linkcode tryParseCivilTime} reads it, kept as it stands. */
  civil(key: string): string {
    return this.#required(key, this.optionalCivil(key));
  }

  /** A time as text, or none. */
  optionalCivil(key: string): string | undefined {
    const text = this.optionalText(key);
    if (text === undefined) return undefined;
    // Whether it is a time does not hang on the zone: none leaves out a whole day that Temporal would refuse.
    const readings = text.length > MAX_TIME_LENGTH
      ? undefined
      : tryParseCivilTime(text, "UTC");
    if (readings === undefined) throw this.failure(key, "not a time");
    return text;
  }

  /** A time as text that is UTC where it does not say otherwise. */
  utc(key: string): Temporal.Instant {
    const readings = tryParseCivilTime(this.civil(key), "UTC");
    if (readings === undefined) throw this.failure(key, "not a time");
    return readings.later;
  }

  /** Every field that nobody has asked for, in the order of the file (SAFETY H5). */
  extra(): JsonFields {
    return new Map(
      [...this.#fields].filter(([key]) => !this.#taken.has(key)),
    );
  }

  /** The error for a field of the wrong form; its text is not repeated, as it may hold anything. */
  failure(key: string, state: string): DecodeError {
    return new DecodeError(`Cannot read the ${this.#what}: ${key} is ${state}`);
  }

  #required<T>(key: string, value: T | undefined): T {
    if (value === undefined) throw this.failure(key, "missing");
    return value;
  }
}
