import assert from "node:assert/strict";
import { evaluateMemoryUse } from "../../lib/policy/memory_use.ts";

Deno.test("evaluateMemoryUse() never leaves less than nothing, and divides by no 0", () => {
  // Kills: -3 GB available; NaN percent.
  assert.deepEqual(
    evaluateMemoryUse({ activeBytes: 13, peakBytes: 20, limitBytes: 10 }),
    { availableBytes: 0, activeRatio: 1.3, peakRatio: 2 },
  );
  assert.deepEqual(
    evaluateMemoryUse({ activeBytes: 5, peakBytes: 5, limitBytes: 0 }),
    { availableBytes: 0, activeRatio: 0, peakRatio: 0 },
  );
});
