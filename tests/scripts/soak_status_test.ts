import assert from "node:assert/strict";
import { judgeTicks, runTicks } from "../../scripts/soak_status.ts";

const GOOD = {
  ticks: 20_000,
  cpuMs: 5,
  grownHeapBytes: 2 ** 21,
  grownOtherBytes: 2 ** 21,
  grownDescriptors: 0,
};

Deno.test("judgeTicks() names each figure that is over its limit, and none that is on it", () => {
  // Kills: a soak that passes whatever it measures.
  assert.deepEqual(judgeTicks(GOOD), []);
  assert.deepEqual(
    judgeTicks({
      ...GOOD,
      cpuMs: 5.01,
      grownHeapBytes: 2 ** 21 + 1,
      grownOtherBytes: 2 ** 22,
      grownDescriptors: 1,
    }),
    [
      "5.01 ms of CPU a tick",
      "the heap holds 2.00 MiB more",
      "the process takes 4.00 MiB more",
      "1 descriptors more",
    ],
  );
});

Deno.test("some hundred pictures leave heap and descriptors as they were, and take few milliseconds each", () => {
  // Kills: a descriptor or a listener a picture; a picture that starts programs. The whole soak is a task of its own.
  const figures = runTicks(300, 300);
  assert.equal(figures.grownDescriptors, 0);
  assert.ok(figures.grownHeapBytes < 2 ** 20, JSON.stringify(figures));
  // Twice what is allowed on a machine that does nothing else: right after its start it still compiles.
  assert.ok(figures.cpuMs < 10, JSON.stringify(figures));
});
