import assert from "node:assert/strict";
import { ModelFields } from "../../lib/parse/model_fields.ts";

const fields = new ModelFields(
  new Map(Object.entries({
    zero: 0,
    four: 4,
    half: 0.5,
    minus: -1,
    huge: 1e12,
    word: "x",
    yes: true,
    mixed: [1, "a"],
    inside: { four: 5 },
  })),
);

Deno.test("a field of another form counts as one that is not there", () => {
  // Kills: a fraction, a negative or an absurd number that becomes a size.
  for (const name of ["half", "minus", "huge", "word", "absent"]) {
    assert.equal(fields.count(name), undefined, name);
  }
  assert.equal(fields.count("absent", "zero", "four"), 0);
  assert.equal(fields.positive("zero"), undefined);
  assert.equal(fields.text("four"), undefined);
  assert.equal(fields.flag("word"), undefined);
  assert.equal(fields.counts("mixed"), undefined);
  assert.equal(fields.texts("mixed"), undefined);
  assert.equal(fields.inner("mixed"), undefined);
  assert.equal(fields.inner("inside")?.count("four"), 5);
});

Deno.test("the prototype of an object is no field", () => {
  // Kills: `constructor` or `__proto__` of a hostile file that is taken for data.
  assert.equal(fields.inner("__proto__"), undefined);
  assert.equal(fields.text("constructor"), undefined);
});
