import assert from "node:assert/strict";
import { DecodeError } from "../../../lib/core/error.ts";

/** Texts that are no state file of anybody, each with what it tries. */
const HOSTILE_TEXTS: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["torn", '{"cooldown_until": "2026-02-0'],
  ["a list", "[]"],
  ["null", "null"],
  ["a text", '"2026-02-03T10:00:00"'],
  ["a number", "1770105600"],
  ["NaN", "NaN"],
  ["two objects", "{}{}"],
  ["nested 100,000 deep", "[".repeat(100_000) + "]".repeat(100_000)],
  ["deep below a key", `{"a":${"[".repeat(200)}${"]".repeat(200)}}`],
  ["a number beyond all", '{"pid": 1e999}'],
  ["NUL bytes", "\0".repeat(4_096)],
  ["1 MiB of junk", "x".repeat(2 ** 20)],
  ["1 MiB of spaces", `${" ".repeat(2 ** 20)}{}`],
  ["an unclosed text of 1 MiB", `{"a":"${"\\".repeat(2 ** 20)}`],
];

/** Asserts that each hostile text is refused with {@linkcode DecodeError} and nothing else. */
export function assertRefusesHostile(decode: (text: string) => unknown): void {
  for (const [label, text] of HOSTILE_TEXTS) {
    assert.throws(() => decode(text), DecodeError, label);
  }
}

/**
 * Asserts that a whole record is refused as soon as one field has another form.
 *
 * @param good A record that decodes.
 * @param bad Fields that spoil it, one at a time.
 */
export function assertRefusesFields(
  decode: (text: string) => unknown,
  good: Readonly<Record<string, unknown>>,
  bad: readonly (readonly [string, unknown])[],
): void {
  decode(JSON.stringify(good));
  for (const [key, value] of bad) {
    assert.throws(
      () => decode(JSON.stringify({ ...good, [key]: value })),
      DecodeError,
      `${key}: ${JSON.stringify(value)}`,
    );
  }
}
