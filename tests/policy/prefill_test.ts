import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { MetalGuardError } from "../../lib/core/error.ts";
import {
  describePrefillPlan,
  estimatePrefillPeakBytes,
  evaluatePrefill,
  lookupDims,
  recommendChunkTokens,
} from "../../lib/policy/prefill.ts";

/** The scores of `n` tokens take n² bytes, the cache 2n: every boundary can be hit exactly. */
const DIMS = { layers: 1, heads: 1, kvHeads: 1, headDim: 1, dtypeBytes: 1 };

Deno.test("the ceiling itself is let through, one token more is not", () => {
  // Kills: `>=` for `>`; 5 GiB for 5 GB.
  const tokens = Math.floor(Math.sqrt(5 * GB));
  assert.equal(evaluatePrefill(tokens, DIMS).kind, "proceed");
  const over = evaluatePrefill(tokens + 1, DIMS);
  assert.equal(over.kind, "refuse");
  assert.match(over.reason, /ceiling 5\.00 GB/);
  assert.equal(
    evaluatePrefill(10, DIMS, { ceilingBytes: 100 }).kind,
    "proceed",
  );
  assert.equal(evaluatePrefill(11, DIMS, { ceilingBytes: 100 }).kind, "refuse");
});

Deno.test("30 % of what is free is left alone, and fails open where that is not known", () => {
  // Kills: 70 % kept free; a refusal for a reading that could not be had.
  const check = (availableBytes: number | undefined): string =>
    evaluatePrefill(700, DIMS, { availableBytes }).kind;
  assert.equal(check(700_001), "proceed");
  assert.equal(check(699_999), "refuse");
  assert.equal(check(undefined), "proceed");
});

Deno.test("a chunk is the whole prompt where that fits, and never below 512 otherwise", () => {
  // Kills: advice to read nothing at a time; a search without an end.
  assert.equal(recommendChunkTokens(1, DIMS), 1);
  const wide = { ...DIMS, heads: 1e6 };
  assert.equal(recommendChunkTokens(1e6, wide), 512);
  assert.equal(recommendChunkTokens(400, { ...DIMS, heads: 1e9 }), 400);
});

Deno.test("a context that is no number of tokens is said", () => {
  // Kills: NaN that compares false with everything and so is let through.
  for (const tokens of [NaN, -1, Infinity, 1e9]) {
    assert.throws(
      () => estimatePrefillPeakBytes(tokens, DIMS),
      (error) => error instanceof MetalGuardError && error.code === "usage",
    );
  }
});

Deno.test("a plan of an unknown model is all nulls and says why", () => {
  // Kills: zeros that look like a fit.
  const plan = describePrefillPlan(100, undefined, GB);
  assert.equal(plan.dimsKnown, false);
  assert.equal(plan.peakBytes, null);
  assert.equal(plan.fitsCeiling, null);
  assert.match(plan.advisory ?? "", /not known/);
});

Deno.test("a model is found by its name inside the id, the longest one first", () => {
  // Kills: the figures of `m` for `m-large`; a lookup that minds the case.
  const large = { ...DIMS, layers: 2 };
  const table = new Map([["m", DIMS], ["m-large", large]]);
  assert.equal(lookupDims("x/M-Large-4bit", table), large);
  assert.equal(lookupDims("x/m-small", table), DIMS);
  assert.equal(lookupDims("x/y", new Map([["m", DIMS]])), undefined);
});
