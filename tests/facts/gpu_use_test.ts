import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  highestOfGpus,
  programsOf,
  sumOfGpus,
} from "../../lib/facts/gpu_use.ts";
import { fakeGpu } from "../fakes/machine_probe.ts";

Deno.test("sums and maxima of GPUs are unknown without a GPU, and when a part is", () => {
  // Kills: 0 bytes in use where there is no GPU; half a sum told as the whole.
  const gone = unknown<number>("not told");
  const two = known([
    fakeGpu({ inUseBytes: known(3), deviceRatio: known(0.2) }),
    fakeGpu({ inUseBytes: known(4), deviceRatio: known(0.9) }),
  ]);
  assert.deepEqual(sumOfGpus(two, (gpu) => gpu.inUseBytes), known(7));
  assert.deepEqual(highestOfGpus(two, (gpu) => gpu.deviceRatio), known(0.9));
  const half = known([fakeGpu(), fakeGpu({ inUseBytes: gone })]);
  for (const join of [sumOfGpus, highestOfGpus]) {
    assert.deepEqual(join(half, (gpu) => gpu.inUseBytes), gone);
    assert.equal(join(known([]), (gpu) => gpu.inUseBytes).kind, "unknown");
    assert.deepEqual(
      join(unknown("why"), (gpu) => gpu.inUseBytes).kind,
      "unknown",
    );
  }
});

Deno.test("programsOf() puts the connections of one pid together, the busiest first", () => {
  // Kills: one program listed for each of its connections; two programs of one name as one.
  const programs = programsOf([
    { pid: 5, name: "", gpuTimeMs: known(1) },
    { pid: 9, name: "b", gpuTimeMs: unknown("not told") },
    { pid: 5, name: "a", gpuTimeMs: known(2) },
    { pid: 7, name: "a", gpuTimeMs: known(30) },
  ]);
  assert.deepEqual(programs, [
    { pid: 7, name: "a", connections: 1, gpuTimeMs: known(30) },
    { pid: 5, name: "a", connections: 2, gpuTimeMs: known(3) },
    { pid: 9, name: "b", connections: 1, gpuTimeMs: unknown("not told") },
  ]);
});
