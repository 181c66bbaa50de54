import assert from "node:assert/strict";
import { clearCacheOnPressure, unknownMemory } from "../../lib/core/worker.ts";

Deno.test("unknownMemory() knows nothing, each reading with the reason", () => {
  // Kills: 0 bytes in use by a worker that is not there.
  const memory = unknownMemory("it is gone");
  const reading = { kind: "unknown", because: "it is gone" };
  assert.deepEqual(memory, {
    activeBytes: reading,
    peakBytes: reading,
    cacheBytes: reading,
    limitBytes: reading,
  });
});

Deno.test("clearCacheOnPressure() clears the cache of its worker each time", async () => {
  // Kills: a callback that works once, or at once.
  let count = 0;
  const onPressure = clearCacheOnPressure({
    clearCache: () => {
      count++;
      return Promise.resolve(unknownMemory("x"));
    },
  });
  assert.equal(count, 0);
  await onPressure();
  await onPressure();
  assert.equal(count, 2);
});
