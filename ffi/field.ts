/** One value out of an answer, in the shape that readings have everywhere. Absence is never a number. */
export type Field<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly because: string };

/** An object out of an answer. */
export type Fields = Readonly<Record<string, unknown>>;

/** Takes `value` for an object; anything else has no fields. */
export function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A count, size or time that is not negative.
 *
 * @param from Where to look.
 * @param key Its name there.
 * @returns `unknown` where it is missing, no number, not whole, negative, or too large to be exact (2^53).
 */
export function countField(from: Fields, key: string): Field<number> {
  if (!Object.hasOwn(from, key)) return unknown(`"${key}" is not there`);
  const value = from[key];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return unknown(`"${key}" is no number`);
  }
  if (!Number.isSafeInteger(value)) {
    return unknown(`"${key}" is no whole number below 2^53`);
  }
  return value < 0 ? unknown(`"${key}" is negative`) : { kind: "known", value };
}

/** A {@linkcode countField} of at least 1: a size that cannot be nothing, such as a page's. */
export function sizeField(from: Fields, key: string): Field<number> {
  const field = countField(from, key);
  return field.kind === "known" && field.value === 0
    ? unknown(`"${key}" is 0`)
    : field;
}

/** Percent, 0 to 100; a fraction is allowed. */
export function percentField(from: Fields, key: string): Field<number> {
  if (!Object.hasOwn(from, key)) return unknown(`"${key}" is not there`);
  const value = from[key];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return unknown(`"${key}" is no number`);
  }
  return value < 0 || value > 100
    ? unknown(`"${key}" is not within 0 to 100`)
    : { kind: "known", value };
}

/** A text that is not empty. It comes from outside: take control characters out before a terminal sees it. */
export function textField(from: Fields, key: string): Field<string> {
  if (!Object.hasOwn(from, key)) return unknown(`"${key}" is not there`);
  const value = from[key];
  if (typeof value !== "string") return unknown(`"${key}" is no text`);
  return value === "" ? unknown(`"${key}" is empty`) : { kind: "known", value };
}

/** Yes or no. */
export function flagField(from: Fields, key: string): Field<boolean> {
  if (!Object.hasOwn(from, key)) return unknown(`"${key}" is not there`);
  const value = from[key];
  return typeof value === "boolean"
    ? { kind: "known", value }
    : unknown(`"${key}" is neither yes nor no`);
}

/** Says why there is no value. */
export function unknown<T>(because: string): Field<T> {
  return { kind: "unknown", because };
}

/** The texts in a list; what is none is left out. */
export function asTexts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is string => typeof one === "string");
}
