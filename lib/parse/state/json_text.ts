import { DecodeError } from "../../core/error.ts";

/** Anything that JSON can say. Numbers are finite. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | JsonObject;

/** A JSON object below the top level. Look only at its own keys: a file may well hold `__proto__`. */
export interface JsonObject {
  /** Its members, in the order of the file. */
  readonly [key: string]: JsonValue;
}

/** The top level of a state file. A map, so that no key of a file can reach a prototype. */
export type JsonFields = ReadonlyMap<string, JsonValue>;

/** No state file of either tool comes near; a larger one is not ours. In UTF-16 units. */
const MAX_TEXT_LENGTH = 2 ** 20;
/** Our deepest file has four levels. Keeps every walk over a foreign value far from the end of the stack. */
const MAX_DEPTH = 32;

/**
 * Reads the text of a state file that is one JSON object.
 *
 * @param text The whole file, or one line of a file of lines.
 * @param what Name of the file for the message, e.g. `panic sentinel`.
 * @throws {DecodeError} If it is too long, torn, not an object, nested too deeply, or holds a number that is not finite.
 */
export function decodeJsonFields(text: string, what: string): JsonFields {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new DecodeError(`Cannot read the ${what}: ${text.length} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DecodeError(`Cannot read the ${what}: not whole JSON`, { cause });
  }
  if (!isJsonValue(value, 0)) {
    throw new DecodeError(
      `Cannot read the ${what}: nested too deeply, or a number out of range`,
    );
  }
  if (!isJsonObject(value)) {
    throw new DecodeError(`Cannot read the ${what}: not a JSON object`);
  }
  return new Map(Object.entries(value));
}

/**
 * As {@linkcode decodeJsonFields}, for one line of many: a refusal by an error costs more than the line that is refused,
 * and a damaged file may be nothing but such lines.
 *
 * @returns `undefined` for what {@linkcode decodeJsonFields} would throw at.
 */
export function tryDecodeJsonFields(text: string): JsonFields | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJsonValue(value, 0) && isJsonObject(value)
    ? new Map(Object.entries(value))
    : undefined;
}

/** How {@linkcode encodeJsonFields} lays out its text. */
export interface JsonTextOptions {
  /** Fields of the record that we do not know; ours win where a name is in both. */
  readonly extra?: JsonFields;
  /** Whether the top level is sorted by key, as the seed sorts some of its files. @default false */
  readonly sortKeys?: boolean;
  /** Spaces a level; `0` keeps all on one line. @default 0 */
  readonly indent?: number;
}

/**
 * Writes one JSON object as Python's `json.dumps` does: a space after comma and colon, and ASCII only, so that a Python
 * that runs under the C locale reads it too.
 *
 * @param fields Ours, in their order; `undefined` leaves a field out.
 * @param options Layout, and the fields that are carried along.
 * @returns The text without a line break at its end.
 */
export function encodeJsonFields(
  fields: readonly (readonly [string, JsonValue | undefined])[],
  options: JsonTextOptions = {},
): string {
  const all = new Map<string, JsonValue>();
  for (const [key, value] of fields) {
    if (value !== undefined) all.set(key, value);
  }
  for (const [key, value] of options.extra ?? []) {
    if (!all.has(key)) all.set(key, value);
  }
  const entries = [...all];
  if (options.sortKeys === true) entries.sort(([a], [b]) => a < b ? -1 : 1);
  return joined(
    entries.map(([key, value]) => member(key, value, options.indent ?? 0, 1)),
    ["{", "}"],
    options.indent ?? 0,
    0,
  );
}

/** Whether a JSON value is an object, so that its own keys may be looked at. */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJsonValue(value: unknown, depth: number): value is JsonValue {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  return Object.values(value).every((inner) => isJsonValue(inner, depth + 1));
}

function member(
  key: string,
  value: JsonValue,
  indent: number,
  level: number,
): string {
  return `${asciiText(key)}: ${layOut(value, indent, level)}`;
}

function layOut(value: JsonValue, indent: number, level: number): string {
  if (typeof value === "string") return asciiText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) {
    const items = value.map((item) => layOut(item, indent, level + 1));
    return joined(items, ["[", "]"], indent, level);
  }
  const members = Object.entries(value).map(([key, inner]) =>
    member(key, inner, indent, level + 1)
  );
  return joined(members, ["{", "}"], indent, level);
}

function joined(
  parts: readonly string[],
  [open, close]: readonly [string, string],
  indent: number,
  level: number,
): string {
  if (indent === 0 || parts.length === 0) {
    return `${open}${parts.join(", ")}${close}`;
  }
  const outer = `\n${" ".repeat(indent * level)}`;
  const inner = `\n${" ".repeat(indent * (level + 1))}`;
  return `${open}${inner}${parts.join(`,${inner}`)}${outer}${close}`;
}

function asciiText(text: string): string {
  // Half of a pair is read by Python, but cannot be printed there.
  return JSON.stringify(text.toWellFormed()).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
