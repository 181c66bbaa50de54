import assert from "node:assert/strict";
import { GIB } from "../../lib/core/bytes.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import { Hardware } from "../../lib/layers/hardware.ts";
import { GPU_FAMILIES } from "../../lib/registry/gpu_families.ts";
import { fakeMachine, FakeMachineProbe } from "../fakes/machine_probe.ts";

Deno.test("hardware reports what fits the machine's memory", async () => {
  // Kills: settings for another machine than the one that was read.
  const probe = new FakeMachineProbe().beM4Max();
  const layer = new Hardware(probe, GPU_FAMILIES);
  assert.deepEqual((await layer.read()).tier, known("high"));
  probe.machine = known(fakeMachine({ memoryBytes: known(16 * GIB) }));
  const { tier, config } = await layer.read();
  assert.deepEqual(tier, known("low"));
  assert.ok(config.kind === "known" && config.value.maxConcurrentModels === 1);
});

Deno.test("hardware reports unknown settings for unknown memory", async () => {
  // Kills: the settings of the smallest Mac told as those of this one.
  const probe = new FakeMachineProbe().beM4Max();
  const memoryBytes = unknown<number>("not told");
  probe.machine = known(fakeMachine({ memoryBytes }));
  const { tier, config } = await new Hardware(probe, GPU_FAMILIES).read();
  assert.deepEqual([tier, config], [memoryBytes, memoryBytes]);
});
