import assert from "node:assert/strict";
import {
  findJsonString,
  readJsonInteger,
  readJsonString,
  unescapeJson,
} from "../../lib/parse/json_slice.ts";

Deno.test("findJsonString() finds a string whatever stands between key and value", () => {
  // Kills: a search for `"key":"` that misses the spaces macOS writes.
  for (const gap of [":", " : ", "  :\n\t", " :\r\n"]) {
    assert.deepEqual(findJsonString(`{"key"${gap}"a\\"b","c":1}`, "key"), {
      raw: 'a\\"b',
      isClosed: true,
    });
  }
});

Deno.test("findJsonString() tells an escaped quote from the closing one, and a cut from a whole", () => {
  // Kills: `\\"` taken for an escaped quote: the text would run on into the rest of the report.
  assert.deepEqual(findJsonString('"k":"a\\\\","b":"x"', "k"), {
    raw: "a\\\\",
    isClosed: true,
  });
  assert.deepEqual(findJsonString('"k":"a\\\\\\"b', "k"), {
    raw: 'a\\\\\\"b',
    isClosed: false,
  });
  assert.deepEqual(findJsonString('"k":"', "k"), { raw: "", isClosed: false });
});

Deno.test("findJsonString() passes over the key as a value, and values that are no strings", () => {
  // Kills: the word in a list or as a value taken for the key.
  assert.equal(readJsonString('["k","k"],"k":"v"', "k"), "v");
  assert.equal(readJsonString('"k":5', "k"), undefined);
  assert.equal(readJsonString('"kk":"v"', "k"), undefined);
  assert.equal(readJsonString(`"k"${" ".repeat(99)}:"v"`, "k"), undefined);
});

Deno.test("readJsonInteger() reads whole numbers only", () => {
  // Kills: 1.5 read as 1, and a number that was cut read as a smaller one is at least no fraction.
  assert.equal(readJsonInteger('"pid" : 42,', "pid"), 42);
  assert.equal(readJsonInteger('"pid":-1}', "pid"), -1);
  assert.equal(readJsonInteger('"pid":1.5', "pid"), undefined);
  assert.equal(readJsonInteger('"pid":"7"', "pid"), undefined);
  assert.equal(readJsonInteger(`"pid":${"9".repeat(30)}`, "pid"), undefined);
});

Deno.test("unescapeJson() reads every escape and leaves one that was cut", () => {
  // Kills: a throw on half an escape, `\\n` read as a line break behind a backslash.
  assert.equal(unescapeJson('a\\nb\\t\\"\\\\\\/\\u0041'), 'a\nb\t"\\/A');
  assert.equal(unescapeJson("a\\\\nb"), "a\\nb");
  assert.equal(unescapeJson("a\\u00"), "au00");
  assert.equal(unescapeJson("a\\"), "a\\");
});
