import assert from "node:assert/strict";
import { answerNativeChild } from "../../lib/compose/machine_guard.ts";
import { known } from "../../lib/core/observed.ts";
import { World } from "../fakes/world.ts";

Deno.test("each part of a guard that asks the machine reaches its layer, over one chain", async () => {
  // Kills: a part that is wired to another one's layer; a peak that each question starts anew.
  const world = new World();
  world.machine.beM4Max();
  const guard = world.guard();
  assert.deepEqual((await guard.hardware.read()).family, known("M4"));
  assert.deepEqual((await guard.gpu.read()).busyRatio, known(0.37));
  assert.equal((await guard.audit.run()).wiredLimit.mode, "default");
  assert.deepEqual(await guard.readGpuPids(), known([412]));
  await guard.gpuMemory.read();
  world.machine.accelerators = known([]);
  const { peakBytes } = await guard.gpuMemory.read();
  assert.deepEqual(peakBytes, known(10_000_000_000));
  await guard.gpuMemory.resetPeak();
  assert.equal((await guard.gpuMemory.read()).peakBytes.kind, "unknown");
});

Deno.test("answerNativeChild() answers only what a child is asked", async () => {
  // Kills: a word of the command line that opens any library.
  for (const args of [[], ["trial"], ["other", "/x"], ["/x", "trial"]]) {
    assert.equal(await answerNativeChild(args), undefined, args.join(" "));
  }
  assert.match(
    await answerNativeChild(["trial", "/nowhere/x"]) ?? "",
    /cannot be opened/,
  );
});
