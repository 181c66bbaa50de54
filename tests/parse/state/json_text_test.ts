import assert from "node:assert/strict";
import { DecodeError } from "../../../lib/core/error.ts";
import {
  decodeJsonFields,
  encodeJsonFields,
  tryDecodeJsonFields,
} from "../../../lib/parse/state/json_text.ts";
import { assertRefusesHostile } from "./hostile_texts.ts";

Deno.test("decodeJsonFields() refuses what is not one object, without crashing", () => {
  // Kills: a stack overflow on nested input, and a list or null taken as an empty record.
  assertRefusesHostile((text) => decodeJsonFields(text, "test file"));
});

Deno.test("decodeJsonFields() says which file and what stood there, and keeps the cause", () => {
  // Kills: a bare SyntaxError that names no file.
  assert.throws(
    () => decodeJsonFields("{", "panic sentinel"),
    (error) =>
      error instanceof DecodeError && error.cause instanceof SyntaxError &&
      error.message === "Cannot read the panic sentinel: not whole JSON",
  );
});

Deno.test("decodeJsonFields() takes the deepest and longest text that is allowed, and not one more", () => {
  // Kills: `>` for `>=` at either bound.
  const nested = (depth: number): string =>
    `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  assert.equal(decodeJsonFields(nested(31), "x").size, 1);
  assert.throws(() => decodeJsonFields(nested(32), "x"), DecodeError);
  const long = (length: number): string => `{}${" ".repeat(length - 2)}`;
  assert.equal(decodeJsonFields(long(2 ** 20), "x").size, 0);
  assert.throws(() => decodeJsonFields(long(2 ** 20 + 1), "x"), DecodeError);
});

Deno.test("decodeJsonFields() lets no key reach a prototype", () => {
  // Kills: `fields.constructor` found on Object, and a polluted prototype.
  const fields = decodeJsonFields(
    '{"__proto__": {"polluted": 1}, "constructor": 2}',
    "x",
  );
  assert.deepEqual([...fields.keys()], ["__proto__", "constructor"]);
  assert.equal(fields.get("toString"), undefined);
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  assert.equal(
    encodeJsonFields([], { extra: fields }),
    '{"__proto__": {"polluted": 1}, "constructor": 2}',
  );
});

Deno.test("tryDecodeJsonFields() takes what decodeJsonFields() takes, and nothing else", () => {
  // Kills: a line that one of them reads and the other one does not.
  const texts = [
    "{}",
    ' \t{"a": 1}\r',
    "\ufeff{}",
    "\u00a0{}",
    "{}{}",
    "{",
    "}",
    "[]",
    "null",
    '{"a"}',
    '{"n": 1e999}',
    `{"a":${"[".repeat(32)}${"]".repeat(32)}}`,
    `{}${" ".repeat(2 ** 20 - 1)}`,
  ];
  for (const text of texts) {
    let expected: unknown;
    try {
      expected = decodeJsonFields(text, "x");
    } catch (error) {
      assert.ok(error instanceof DecodeError);
    }
    assert.deepEqual(tryDecodeJsonFields(text), expected, text.slice(0, 40));
  }
  assertRefusesHostile((text) => {
    if (tryDecodeJsonFields(text) === undefined) throw new DecodeError("none");
  });
});

Deno.test("encodeJsonFields() writes as json.dumps does", () => {
  // Kills: half a character, which Python reads and then cannot print; bytes above 127, which a Python under the C locale cannot read, and separators unlike the seed's.
  const text = encodeJsonFields([
    ["b", "é—😀\u007f\n\ud83d"],
    ["a", [1, 2.5, null, true, {}]],
    ["left out", undefined],
    ["o", { x: [], y: { z: "q" } }],
  ]);
  assert.equal(
    text,
    '{"b": "\\u00e9\\u2014\\ud83d\\ude00\\u007f\\n\\ufffd", ' +
      '"a": [1, 2.5, null, true, {}], "o": {"x": [], "y": {"z": "q"}}}',
  );
});

Deno.test("encodeJsonFields() sorts on demand, ours win over extras, and indents as json.dumps does", () => {
  // Kills: an extra that overwrites a field of ours on update.
  const extra = new Map([["a", 9], ["c", 3]]);
  assert.equal(
    encodeJsonFields([["b", 2], ["a", 1]], { extra, sortKeys: true }),
    '{"a": 1, "b": 2, "c": 3}',
  );
  assert.equal(
    encodeJsonFields([["a", [1]], ["b", {}], ["c", { d: 2 }]], { indent: 2 }),
    '{\n  "a": [\n    1\n  ],\n  "b": {},\n  "c": {\n    "d": 2\n  }\n}',
  );
});
