import assert from "node:assert/strict";
import {
  MAX_FILE_BYTES,
  type ReadSource,
  readSource,
} from "../../lib/registry/source_text.ts";

function read(text: string): ReadSource {
  return readSource({ path: "x.jsonc", bytes: new TextEncoder().encode(text) });
}

function places(text: string): readonly (readonly [string, number, number])[] {
  return read(text).problems.map((one) => [one.rule, one.line, one.column]);
}

Deno.test("readSource() reads JSON with comments", () => {
  // Kills: a comment that makes a file unreadable.
  const { value, problems } = read('// why\n{ "a": [1, /* two */ 2] }\n');
  assert.deepEqual([value, problems], [{ a: [1, 2] }, []]);
});

Deno.test("a key named __proto__ is a key, and reaches no prototype", () => {
  // Kills: a file that gives every object a property.
  const { value } = read('{ "__proto__": { "tier": "panic" } }');
  assert.ok(typeof value === "object" && value !== null);
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal("tier" in value, false);
});

Deno.test("places count lines and characters from 1, and a character of two units once", () => {
  // Kills: an editor that jumps beside the fault.
  assert.deepEqual(places('{\n  "😀": 1,\n  "a": x\n}'), [["not-json", 3, 8]]);
  assert.deepEqual(places('{ "😀": x }'), [["not-json", 1, 8]]);
  assert.deepEqual(places('{\r\n"a": 1,\r\n}'), [["trailing-comma", 2, 7]]);
});

Deno.test("each trailing comma is told, and only the first of what follows from a fault", () => {
  // Kills: twenty lines about one missing quote.
  assert.deepEqual(
    places('{ "a": [1,],\n "b": [2,],\n}').map(([rule]) => rule),
    [
      "trailing-comma",
      "trailing-comma",
      "trailing-comma",
    ],
  );
  assert.equal(places("a b c d e f").length, 1);
});

Deno.test("the bound on size is the byte, and nothing beyond it is parsed", () => {
  // Kills: a bound that is off by one; megabytes that are parsed before they are refused.
  const text = '{"a":1}';
  const padded = (length: number): string => text.padEnd(length, " ");
  assert.deepEqual(places(padded(MAX_FILE_BYTES)), []);
  assert.deepEqual(places(padded(MAX_FILE_BYTES + 1)), [["too-large", 1, 1]]);
});

Deno.test("nesting is bounded before the parser recurses", () => {
  // Kills: a stack overflow, which no caller expects.
  const nested = (depth: number): string =>
    `${"[".repeat(depth)}${"]".repeat(depth)}`;
  assert.deepEqual(places(nested(32)), []);
  assert.deepEqual(places(nested(33)), [["too-deep", 1, 33]]);
  // Brackets in texts and comments are none.
  assert.deepEqual(places(`// ${"[".repeat(100)}\n"${"{".repeat(100)}"`), []);
});
