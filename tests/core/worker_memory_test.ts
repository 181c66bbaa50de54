import assert from "node:assert/strict";
import { unknownMemory } from "../../lib/core/worker_memory.ts";

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
