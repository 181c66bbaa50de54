import assert from "node:assert/strict";
import { MetalGuardError } from "../../lib/core/error.ts";
import {
  countUses,
  evaluateColdRestart,
  UNUSED,
} from "../../lib/policy/cold_restart.ts";

Deno.test("a cold start is advised from the threshold on", () => {
  // Kills: `>` for `>=`.
  const advice = (uses: number): boolean =>
    evaluateColdRestart(countUses(UNUSED, uses), {
      threshold: 3,
      isDisabled: false,
    }).shouldColdRestart;
  assert.deepEqual([advice(2), advice(3), advice(4)], [false, true, true]);
});

Deno.test("switched off it advises nothing and still counts", () => {
  // Kills: a kill switch that hides the count.
  const off = evaluateColdRestart(countUses(UNUSED, 5), {
    threshold: 4,
    isDisabled: true,
  });
  assert.deepEqual(
    [off.shouldColdRestart, off.currentCount, off.usedRatio, off.isDisabled],
    [false, 5, 1.25, true],
  );
});

Deno.test("half a use and a use less than none are errors of the caller", () => {
  // Kills: a count that goes down.
  for (const uses of [-1, 0.5, NaN, Infinity]) {
    assert.throws(() => countUses(UNUSED, uses), MetalGuardError);
  }
});
