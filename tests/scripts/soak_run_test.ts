import assert from "node:assert/strict";
import {
  judgeMemory,
  LIMITS,
  measureMemory,
  memoryOf,
} from "../../scripts/soak_run.ts";

Deno.test("judgeMemory() names each figure that is over its limit, and none that is on it", () => {
  // Kills: a soak that passes whatever it measures.
  assert.deepEqual(judgeMemory(LIMITS), []);
  assert.deepEqual(judgeMemory({ peakMiB: 60.1, swingMiB: 2.1 }), [
    "60.1 MiB",
    "± 2.1 MiB from sample to sample",
  ]);
});

Deno.test("memoryOf() counts the start for the peak, and not for the swing", () => {
  // Kills: a leak that is taken for a warm-up, and a warm-up that is taken for a leak.
  assert.deepEqual(memoryOf([70, 50, 51, 54]), { peakMiB: 70, swingMiB: 2 });
  assert.throws(() => memoryOf([]), /no sample/);
});

Deno.test("a guard takes some hundred samples in the memory of one that took few", () => {
  // Kills: a sample that is kept. The whole soak is a task of its own.
  const { peakMiB, swingMiB } = measureMemory(300);
  assert.ok(peakMiB > 10 && peakMiB < 80, `${peakMiB} MiB`);
  assert.ok(swingMiB < 8, `± ${swingMiB} MiB`);
});
