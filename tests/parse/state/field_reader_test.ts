import assert from "node:assert/strict";
import { DecodeError } from "../../../lib/core/error.ts";
import { FieldReader } from "../../../lib/parse/state/field_reader.ts";

function reader(fields: Readonly<Record<string, unknown>>): FieldReader {
  return FieldReader.open(JSON.stringify(fields), "test file");
}

Deno.test("FieldReader answers undefined for absent and null, and throws for another form", () => {
  // Kills: a wrong type read as "absent", by which half a record passes for a whole one.
  const fields = reader({ nothing: null, word: "w", figure: 1.5, list: [] });
  assert.equal(fields.optionalText("absent"), undefined);
  assert.equal(fields.optionalText("nothing"), undefined);
  assert.equal(fields.optionalText("word"), "w");
  assert.equal(fields.optionalNumber("figure"), 1.5);
  assert.throws(() => fields.optionalText("figure"), DecodeError);
  assert.throws(() => fields.optionalNumber("word"), DecodeError);
  assert.throws(() => fields.optionalText("list"), DecodeError);
  assert.throws(() => fields.text("nothing"), /nothing is missing/);
  assert.throws(() => fields.number("absent"), /absent is missing/);
});

Deno.test("FieldReader.count() takes whole numbers from its least on", () => {
  // Kills: pid 0, which signals a whole process group, and 1.5 processes.
  const fields = reader({
    zero: 0,
    one: 1,
    half: 1.5,
    far: 2 ** 53,
    yes: true,
  });
  assert.equal(fields.count("zero"), 0);
  assert.equal(fields.count("one", 1), 1);
  assert.throws(() => fields.count("zero", 1), DecodeError);
  assert.throws(() => fields.count("half"), DecodeError);
  assert.throws(() => fields.count("far"), DecodeError);
  assert.throws(() => fields.count("yes"), DecodeError);
});

Deno.test("FieldReader.epoch() refuses what no clock can show", () => {
  // Kills: a RangeError of Temporal in place of a DecodeError.
  const fields = reader({ ok: 1770105600.25, last: 8.64e12, past: 8.7e12 });
  assert.equal(
    fields.epoch("ok").toString(),
    "2026-02-03T08:00:00.25Z",
  );
  assert.equal(fields.epoch("last").epochMilliseconds, 8.64e15);
  assert.throws(() => fields.epoch("past"), DecodeError);
});

Deno.test("FieldReader.civil() keeps the text of a time, and .utc() reads it", () => {
  // Kills: a thirteenth month, and matching a text of a megabyte.
  const fields = reader({
    naive: "2026-02-03T10:00:00",
    zoned: "2026-02-03T11:00:00.5+01:00",
    thirteenth: "2026-13-03T10:00:00",
    long: `2026-02-03T10:00:00${" ".repeat(500_000)}!`,
    number: 5,
  });
  assert.equal(fields.civil("zoned"), "2026-02-03T11:00:00.5+01:00");
  assert.equal(fields.utc("naive").toString(), "2026-02-03T10:00:00Z");
  assert.equal(fields.utc("zoned").toString(), "2026-02-03T10:00:00.5Z");
  for (const key of ["thirteenth", "long", "number", "absent"]) {
    assert.throws(() => fields.civil(key), DecodeError, key);
  }
});

Deno.test("FieldReader.extra() holds what nobody asked for", () => {
  // Kills: a known field that is carried along as unknown and written twice.
  const fields = reader({ b: 1, a: "x", c: [1] });
  fields.text("a");
  assert.deepEqual([...fields.extra()], [["b", 1], ["c", [1]]]);
});

Deno.test("FieldReader.failure() repeats nothing of the file", () => {
  // Kills: control characters of a hostile file in a message that reaches a terminal.
  const fields = reader({ pid: "\u001b[2J" });
  assert.throws(() => fields.count("pid"), {
    name: "DecodeError",
    message: "Cannot read the test file: pid is not a number",
  });
});
