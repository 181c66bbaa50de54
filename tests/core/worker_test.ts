import assert from "node:assert/strict";
import { clearCacheOnPressure } from "../../lib/core/worker.ts";
import { unknownMemory } from "../../lib/core/worker_memory.ts";

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
