import type { JsonValue } from "../../lib/parse/state/json_text.ts";
import type { Random } from "./random.ts";

/** Longest text that is made by growing, in UTF-16 units. */
const MAX_GROWN = 64 * 1_024;
/** Growing is what shows that time is not linear; it is dear, and so it is rare. */
const GROWS_ONE_IN = 2_000;
/** Most changes that one text gets. */
const MAX_CHANGES = 4;

/** Pieces that have broken parsers before. */
const PIECES: readonly string[] = [
  "\0",
  "\u001b[2J",
  "\r\n",
  "\n\n",
  "\u2028",
  "\ud800",
  "\udc00",
  "\ufeff",
  "\u202e",
  "|",
  ":",
  "=",
  "\\",
  "\\u",
  '\\"',
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
  '{"__proto__": {"a": 1}}',
  '"constructor": 1,',
  "null",
  "true",
  "NaN",
  "Infinity",
  "-0",
  "1e999",
  "-1e308",
  "1e-400",
  "9007199254740993",
  "8640000000000001",
  "-8640000000001",
  "99999999999999999999999999",
  "0x7fffffffffffffff",
  "2026-02-30T10:00:00",
  "2026-10-25T02:30:00",
  "9999-12-31T23:59:59",
  "-271821-04-19T23:59:59Z",
  "+275760-09-13T00:00:01Z",
  "2026-05-01T10:00:00+99:99",
  " ".repeat(200),
  "panic(cpu 0 caller 0x",
  "IOGPUMemory.cpp:550",
  "prepare count underflow",
  "(pid: ",
  "%s%n",
];

/**
 * Names of fields that nobody knows. None begins with a backslash: V8 15.0 takes an escaped name, as `"\\u2028"`, for such a
 * one that it saw at the same place before, so that a good record would be called badly written.
 */
const KEYS = PIECES.filter((piece) => !piece.startsWith("\\"));

/** Values of another kind than any field expects, and those at the ends of their kinds. */
const VALUES: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER + 2,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  8_640_000_000_000,
  8_640_000_000_001,
  -8_640_000_000_000,
  "",
  " ",
  "\0",
  "\ud800",
  ":",
  "proc:",
  "proc:1",
  "0".repeat(100),
  "2026-02-30T10:00:00",
  "2026-10-25T02:30:00",
  "0000-01-01T00:00:00",
  "9999-12-31T23:59:59Z",
  "x".repeat(1_000),
  [],
  [[]],
  [null],
  {},
  { a: {} },
];

/**
 * Changes a text a little, so that most of it still looks right.
 *
 * @param sample What is changed.
 * @param random Decides everything.
 * @param others Texts of which a piece may be put in.
 */
export function mutateText(
  sample: string,
  random: Random,
  others: readonly string[],
): string {
  const json = mutateAsJson(sample, random);
  let text = json ?? sample;
  // Most changes of its text make it no JSON any more, and nothing behind that is reached.
  const isLeft = json !== undefined && !random.isOneIn(4);
  for (
    let left = isLeft ? 0 : random.below(MAX_CHANGES + 1);
    left > 0;
    left--
  ) {
    text = changeOnce(text, random, others);
  }
  return random.isOneIn(GROWS_ONE_IN) ? grow(text, random) : text;
}

function changeOnce(
  text: string,
  random: Random,
  others: readonly string[],
): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + 1 + random.below(12));
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case 3:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(to);
    case 4:
      return text.slice(0, at) + text.slice(at, to).repeat(2) + text.slice(to);
    case 5: {
      const unit = String.fromCharCode(
        random.below(random.isOneIn(4) ? 0x10000 : 0x80),
      );
      return text.slice(0, at) + unit + text.slice(at + 1);
    }
    case 6: {
      const other = random.pick(others);
      const from = random.below(other.length);
      const piece = other.slice(from, from + random.below(200));
      return text.slice(0, at) + piece + text.slice(at);
    }
    case 7:
      return text.slice(at) + text.slice(0, at);
    default:
      return replaceNumber(text, at, random);
  }
}

/** Puts another number where the first one behind `at` stands. */
function replaceNumber(text: string, at: number, random: Random): string {
  const window = text.slice(at, at + 400);
  const match = /-?\d+(?:\.\d+)?/.exec(window);
  if (match === null) return text;
  const start = at + match.index;
  const number = String(random.pick(PIECES.filter((one) => /\d/.test(one))));
  return text.slice(0, start) + number + text.slice(start + match[0].length);
}

/** One piece of a text, again and again. */
function grow(text: string, random: Random): string {
  const at = random.below(text.length);
  const piece = text.slice(at, at + 1 + random.below(24)) || "x";
  const times = Math.floor(
    (MAX_GROWN - Math.min(MAX_GROWN, text.length)) / piece.length,
  );
  return text.slice(0, at) + piece.repeat(Math.max(0, times)) +
    text.slice(at);
}

const parsed = new Map<string, JsonValue | undefined>();

/** The sample with one of its values changed; `undefined` where it is no JSON, or is left as it is. */
function mutateAsJson(sample: string, random: Random): string | undefined {
  if (random.isOneIn(4)) return undefined;
  const value = parseOnce(sample);
  return value === undefined
    ? undefined
    : JSON.stringify(mutateValue(value, random));
}

function parseOnce(sample: string): JsonValue | undefined {
  if (parsed.has(sample)) return parsed.get(sample);
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(sample);
  } catch {
    value = undefined;
  }
  parsed.set(sample, value);
  return value;
}

function mutateValue(value: JsonValue, random: Random): JsonValue {
  if (typeof value !== "object" || value === null || random.isOneIn(8)) {
    return random.isOneIn(8) ? value : random.pick(VALUES);
  }
  if (Array.isArray(value)) {
    const items: JsonValue[] = [...value];
    const at = random.below(items.length);
    if (items.length === 0 || random.isOneIn(6)) {
      items.push(random.pick(VALUES));
    } else items[at] = mutateValue(items[at] ?? null, random);
    return items;
  }
  const members = Object.entries(value);
  const at = random.below(members.length);
  const member = members[at];
  const way = random.below(8);
  if (member === undefined || way === 0) {
    members.push([random.pick(KEYS), random.pick(VALUES)]);
  } else if (way === 1) members.splice(at, 1);
  else members[at] = [member[0], mutateValue(member[1], random)];
  return Object.fromEntries(members);
}
