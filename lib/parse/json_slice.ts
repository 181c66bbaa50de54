/** A string literal inside a text that may not be whole JSON. */
export interface RawString {
  /** What stands between the quotes, still escaped. */
  readonly raw: string;
  /** Whether its closing quote was seen. */
  readonly isClosed: boolean;
}

/** Longest gap between a key and its value. */
const LONGEST_GAP = 32;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/**
 * Finds the string under a key without parsing what is around it: a report may be megabytes, and may be cut.
 *
 * @param text The JSON.
 * @param key The key, without quotes.
 * @returns The first string under that key, at any depth.
 */
export function findJsonString(
  text: string,
  key: string,
): RawString | undefined {
  const start = valueStart(text, key);
  if (start < 0 || text.charCodeAt(start) !== QUOTE) return undefined;
  const end = stringEnd(text, start + 1);
  return end < 0
    ? { raw: text.slice(start + 1), isClosed: false }
    : { raw: text.slice(start + 1, end), isClosed: true };
}

/** As {@linkcode findJsonString}, unescaped and cut to `maxLength` characters. */
export function readJsonString(
  text: string,
  key: string,
  maxLength = 256,
): string | undefined {
  const found = findJsonString(text, key);
  return found === undefined
    ? undefined
    : unescapeJson(found.raw.slice(0, maxLength));
}

/** The first whole number under a key. */
export function readJsonInteger(
  text: string,
  key: string,
): number | undefined {
  const start = valueStart(text, key);
  if (start < 0) return undefined;
  const digits = /^-?\d{1,15}(?![\d.eE])/.exec(text.slice(start, start + 20));
  return digits === null ? undefined : Number(digits[0]);
}

/** Where the value of the first such key starts, or -1. */
function valueStart(text: string, key: string): number {
  const quoted = `"${key}"`;
  for (
    let at = text.indexOf(quoted);
    at >= 0;
    at = text.indexOf(quoted, at + quoted.length)
  ) {
    let value = at + quoted.length;
    let hasColon = false;
    for (let passed = 0; passed < LONGEST_GAP; passed++, value++) {
      const code = text.charCodeAt(value);
      if (code === COLON && !hasColon) hasColon = true;
      else if (code !== 32 && !(code >= 9 && code <= 13)) break;
    }
    if (hasColon) return value;
  }
  return -1;
}

/** Where the string that starts at `from` is closed, or -1. */
function stringEnd(text: string, from: number): number {
  for (
    let at = text.indexOf('"', from);
    at >= 0;
    at = text.indexOf('"', at + 1)
  ) {
    let slashes = 0;
    while (
      at - slashes > from && text.charCodeAt(at - slashes - 1) === BACKSLASH
    ) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g;
const NAMED: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
};

/** Takes JSON's escapes out of a piece of a string. Never throws: an escape that was cut stays as it is. */
export function unescapeJson(raw: string): string {
  if (!raw.includes("\\")) return raw;
  try {
    const whole: unknown = JSON.parse(`"${raw}"`);
    if (typeof whole === "string") return whole;
  } catch {
    // A cut escape, or a line break that somebody pasted: then piece by piece, at five times the cost.
  }
  return raw.replace(
    ESCAPE,
    (_, hex: string | undefined, name: string | undefined) =>
      hex === undefined
        ? (NAMED[name ?? ""] ?? name ?? "")
        : String.fromCharCode(parseInt(hex, 16)),
  );
}
