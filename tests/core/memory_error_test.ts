import assert from "node:assert/strict";
import { GpuOutOfMemoryError } from "../../lib/core/memory_error.ts";
import { memoryOf } from "../fakes/gpu_memory.ts";

Deno.test("it says what was in use, also where that is not known", () => {
  // Kills: "0 GB of 0 GB" for a machine that could not be asked; a lost cause.
  const cause = new Error("kIOGPUCommandBufferCallbackErrorOutOfMemory");
  const error = new GpuOutOfMemoryError(memoryOf({ active: 40, limit: 48 }), {
    cause,
  });
  assert.match(error.message, /40\.00 GB in use of 48\.00 GB/);
  assert.equal(error.code, "gpu-memory");
  assert.equal(error.cause, cause);
  assert.match(
    new GpuOutOfMemoryError(memoryOf({})).message,
    /an unknown amount in use of an unknown amount/,
  );
});
