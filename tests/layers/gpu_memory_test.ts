import assert from "node:assert/strict";
import { MIB } from "../../lib/core/bytes.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { GpuMemory } from "../../lib/layers/gpu_memory.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import {
  fakeGpu,
  fakeMachine,
  FakeMachineProbe,
} from "../fakes/machine_probe.ts";

function layerOver(
  probe: FakeMachineProbe,
  limitBytes: Observed<number> = unknown("not asked"),
): GpuMemory {
  return new GpuMemory(
    chainProbes([probe]),
    () => Promise.resolve({ limitBytes, findings: [] }),
  );
}

function inUse(probe: FakeMachineProbe, bytes: Observed<number>): void {
  probe.accelerators = known([fakeGpu({ inUseBytes: bytes })]);
}

Deno.test("the peak is the highest reading since the start or the last reset", async () => {
  // Kills: a peak that falls; one that survives its reset.
  const probe = new FakeMachineProbe().beM4Max();
  const memory = layerOver(probe);
  const peaks: Observed<number>[] = [];
  for (const bytes of [5, 9, 3]) {
    inUse(probe, known(bytes));
    peaks.push((await memory.read()).peakBytes);
  }
  assert.deepEqual(peaks, [known(5), known(9), known(9)]);
  memory.resetPeak();
  assert.deepEqual((await memory.read()).peakBytes, known(3));
});

Deno.test("memory reports unknown when a reading fails, and keeps the peak that it saw", async () => {
  // Kills: a failed probe that shows 0 bytes, or ends the peak.
  const probe = new FakeMachineProbe().beM4Max();
  const memory = layerOver(probe);
  inUse(probe, unknown("no such property"));
  const before = await memory.read();
  assert.deepEqual(before.activeBytes, unknown("no such property"));
  assert.deepEqual(before.peakBytes, unknown("no such property"));
  inUse(probe, known(7));
  await memory.read();
  probe.accelerators = known([]);
  const after = await memory.read();
  assert.equal(after.activeBytes.kind, "unknown");
  assert.deepEqual(after.peakBytes, known(7));
});

Deno.test("the limit is the person's, else Metal's, else an estimate that says so", async () => {
  // Kills: an estimate that looks like a fact.
  const probe = new FakeMachineProbe().beM4Max();
  const estimate = await layerOver(probe).read();
  assert.equal(estimate.limitSource, "estimate");
  const metal = await layerOver(probe, known(5)).read();
  assert.deepEqual([metal.limitBytes, metal.limitSource], [
    known(5),
    "working_set",
  ]);
  probe.machine = known(fakeMachine({ wiredLimitMib: known(100) }));
  const person = await layerOver(probe, known(5)).read();
  assert.deepEqual([person.limitBytes, person.limitSource], [
    known(100 * MIB),
    "wired_limit",
  ]);
  probe.machine = unknown("no machine");
  const nobody = await layerOver(probe).read();
  assert.deepEqual([nobody.limitBytes, nobody.limitSource], [
    unknown("no machine"),
    null,
  ]);
});

Deno.test("a reading names who answered", async () => {
  // Kills: figures whose origin nobody can find out.
  const probe = new FakeMachineProbe().beM4Max();
  probe.source = "ioreg";
  assert.equal((await layerOver(probe).read()).source, "ioreg");
  assert.equal((await layerOver(new FakeMachineProbe()).read()).source, null);
});
