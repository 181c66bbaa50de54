import assert from "node:assert/strict";
import { GpuOutOfMemoryError } from "../../lib/core/memory_error.ts";
import { Oom } from "../../lib/layers/oom.ts";
import { memoryOf } from "../fakes/gpu_memory.ts";

const OUT_OF_MEMORY =
  "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)";

function oomWith(): { readonly oom: Oom; readonly steps: string[] } {
  const steps: string[] = [];
  const oom = new Oom({
    cleanUp: () => {
      steps.push("cleanup");
      return Promise.resolve();
    },
    readMemory: () => {
      steps.push("read");
      return Promise.resolve(memoryOf({ active: 47, limit: 48 }));
    },
    breadcrumb: (tag, payload) => {
      steps.push(`${tag} ${payload}`);
      return Promise.resolve();
    },
  });
  return { oom, steps };
}

Deno.test("work that runs out of memory is cleaned up after and tried once more", async () => {
  // Kills: a retry before the clean-up, or none.
  const { oom, steps } = oomWith();
  let tries = 0;
  const answer = await oom.protect(() => {
    tries++;
    if (tries === 1) throw new Error(OUT_OF_MEMORY);
    return "done";
  }, { label: "load" });
  assert.equal(answer, "done");
  assert.equal(tries, 2);
  assert.deepEqual(steps, ["OOM_RECOVERY load", "read", "cleanup"]);
});

Deno.test("what stays out of memory is an error with the reading and its cause", async () => {
  // Kills: tries without an end; a reading of after the clean-up, which says nothing.
  const { oom } = oomWith();
  let tries = 0;
  await assert.rejects(
    oom.protect(() => {
      tries++;
      return Promise.reject(new Error(`${OUT_OF_MEMORY} ${tries}`));
    }, { maxRetries: 2 }),
    (error) =>
      error instanceof GpuOutOfMemoryError &&
      error.reading.activeBytes.kind === "known" &&
      error.cause instanceof Error && error.cause.message.endsWith("3"),
  );
  assert.equal(tries, 3);
});

Deno.test("oom fails closed: another error passes through untouched, once", async () => {
  // Kills: a bug in the program that is run twice.
  const { oom, steps } = oomWith();
  let tries = 0;
  const bug = new TypeError("x is not a function");
  await assert.rejects(
    oom.protect(() => {
      tries++;
      throw bug;
    }),
    (error) => error === bug,
  );
  assert.equal(tries, 1);
  assert.deepEqual(steps, []);
});
