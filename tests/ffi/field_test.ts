import assert from "node:assert/strict";
import {
  asFields,
  countField,
  type Field,
  flagField,
  percentField,
  sizeField,
  textField,
} from "../../ffi/field.ts";

/** What a reading may not take for a number, besides nothing at all. */
const NO_NUMBERS = [null, "5", "", true, [5], { value: 5 }, NaN, Infinity];

/** The value, or why there is none. */
function told<T>(field: Field<T>): T | string {
  return field.kind === "known" ? field.value : field.because;
}

Deno.test("countField() takes whole numbers from 0 to 2^53 - 1 and nothing else", () => {
  // Kills: absence, text or NaN that becomes 0; a number that has lost its last digits.
  for (const value of [0, 1, 2 ** 53 - 1]) {
    assert.equal(told(countField({ n: value }, "n")), value);
  }
  assert.equal(told(countField({}, "n")), '"n" is not there');
  assert.equal(told(countField({ n: undefined }, "n")), '"n" is no number');
  for (const value of NO_NUMBERS) {
    assert.equal(told(countField({ n: value }, "n")), '"n" is no number');
  }
  for (const value of [0.5, 2 ** 53, -(2 ** 53), 18_446_744_073_709_551_615]) {
    assert.equal(
      told(countField({ n: value }, "n")),
      '"n" is no whole number below 2^53',
    );
  }
  assert.equal(told(countField({ n: -1 }, "n")), '"n" is negative');
});

Deno.test("countField() takes no inherited value", () => {
  // Kills: `toString` or `__proto__` of an object that was never said.
  assert.equal(told(countField({}, "toString")), '"toString" is not there');
  assert.equal(
    told(textField(Object.create({ n: "x" }), "n")),
    '"n" is not there',
  );
});

Deno.test("sizeField() does not take 0 for a size", () => {
  // Kills: a machine with 0 bytes of memory.
  assert.equal(told(sizeField({ n: 1 }, "n")), 1);
  assert.equal(told(sizeField({ n: 0 }, "n")), '"n" is 0');
  assert.equal(told(sizeField({}, "n")), '"n" is not there');
});

Deno.test("percentField() takes 0 to 100, both included", () => {
  // Kills: 101 percent, or a share of 0.37 that is thrown away.
  for (const value of [0, 0.37, 100]) {
    assert.equal(told(percentField({ n: value }, "n")), value);
  }
  for (const value of [-0.01, 100.01, 1e300]) {
    assert.equal(
      told(percentField({ n: value }, "n")),
      '"n" is not within 0 to 100',
    );
  }
  for (const value of NO_NUMBERS) {
    assert.equal(told(percentField({ n: value }, "n")), '"n" is no number');
  }
  assert.equal(told(percentField({}, "n")), '"n" is not there');
});

Deno.test("textField() and flagField() take what they are named for", () => {
  // Kills: an empty name, and 1 that is taken for yes.
  assert.equal(told(textField({ n: "x" }, "n")), "x");
  assert.equal(told(textField({ n: "" }, "n")), '"n" is empty');
  assert.equal(told(textField({ n: 5 }, "n")), '"n" is no text');
  assert.equal(told(flagField({ n: false }, "n")), false);
  assert.equal(told(flagField({ n: 1 }, "n")), '"n" is neither yes nor no');
  assert.equal(told(flagField({}, "n")), '"n" is not there');
});

Deno.test("asFields() has no fields for what is no object", () => {
  // Kills: a list or text whose length or index is read as a property.
  for (const value of [null, undefined, 5, "text", [1, 2], true]) {
    assert.deepEqual(asFields(value), {});
  }
  assert.deepEqual(asFields({ a: 1 }), { a: 1 });
});
