import assert from "node:assert/strict";
import { estimateModelSizeGb } from "../../lib/parse/model_name.ts";

Deno.test("a number counts only where it stands as a size of its own", () => {
  // Kills: 4 GB for gemma's e4b, 7 GB for 8x7B, 24 GB for a word that starts with 24b.
  assert.equal(estimateModelSizeGb("x/Model-7B-4bit"), 3.5);
  for (const name of ["gemma-4-e4b-it-4bit", "Mixtral-8x7B-4bit", "24beauty"]) {
    assert.equal(estimateModelSizeGb(name), undefined, name);
  }
});

Deno.test("the width of a weight is read from every way of saying it, else it is 16 bits", () => {
  // Kills: a 4-bit model taken for four times its size, a plain one for a quarter.
  assert.equal(estimateModelSizeGb("m-8b-int8"), 8);
  assert.equal(estimateModelSizeGb("m-8b-q4"), 4);
  assert.equal(estimateModelSizeGb("m-8b-MXFP4-Q8"), 4);
  assert.equal(estimateModelSizeGb("m-8b-6bit"), 6);
  assert.equal(estimateModelSizeGb("m-8b-bf16"), 16);
  assert.equal(estimateModelSizeGb("m-500m-8bit"), 0.5);
});

Deno.test("a hostile name is looked at in bounded time", () => {
  // Kills: a pattern that runs back and forth over a name of a megabyte.
  const started = performance.now();
  assert.equal(estimateModelSizeGb("1".repeat(1_000_000)), undefined);
  assert.ok(performance.now() - started < 200);
});
