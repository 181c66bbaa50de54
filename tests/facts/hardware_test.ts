import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { NO_GPU, readHardware } from "../../lib/facts/hardware.ts";
import { GPU_FAMILIES } from "../../lib/registry/gpu_families.ts";
import {
  fakeGpu,
  fakeMachine,
  FakeMachineProbe,
} from "../fakes/machine_probe.ts";

async function familyOf(
  className: string | null,
  chip: Observed<string>,
): Promise<Observed<string>> {
  const probe = new FakeMachineProbe();
  probe.accelerators = className === null
    ? known([])
    : known([fakeGpu({ className })]);
  probe.machine = known(fakeMachine({ chip }));
  return (await readHardware(probe, GPU_FAMILIES)).family;
}

Deno.test("readHardware() puts each fact in its place", async () => {
  // Kills: the OS version under the build's name.
  const probe = new FakeMachineProbe().beM4Max();
  assert.deepEqual(await readHardware(probe, GPU_FAMILIES), {
    chip: known("Apple M4 Max"),
    model: known("Mac16,5"),
    family: known("M4"),
    accelerator: known("AGXAcceleratorG16X"),
    coreCount: known(40),
    memoryBytes: known(137_438_953_472),
    osVersion: known("26.5.2"),
    osBuild: known("25F84"),
    driverVersion: known("130.15.2"),
    wiredLimitMib: known(0),
    resourceLimit: known(0),
  });
});

Deno.test("the family is the driver's, and the chip's where the driver is gone or new", async () => {
  // Kills: no family on the very Mac whose GPU driver did not come back after a panic.
  const m4 = known("Apple M4 Max");
  assert.deepEqual(await familyOf("AGXAcceleratorG15X", m4), known("M3"));
  assert.deepEqual(await familyOf(null, m4), known("M4"));
  assert.deepEqual(
    await familyOf("AGXAcceleratorG99X", known("Apple M9")),
    known("M9"),
  );
  const strange = unknown<string>("no name");
  assert.equal((await familyOf("AGXAcceleratorG99X", strange)).kind, "unknown");
  assert.deepEqual(await familyOf(null, strange), unknown(NO_GPU));
  for (const chip of ["Intel(R) Core(TM) i9", "Apple M", "Apple M4x"]) {
    assert.equal((await familyOf(null, known(chip))).kind, "unknown", chip);
  }
});

Deno.test("nothing known leaves every fact unknown by itself", async () => {
  // Kills: one missing answer that costs all others.
  const probe = new FakeMachineProbe();
  for (
    const fact of Object.values(await readHardware(probe, GPU_FAMILIES))
  ) assert.equal(fact.kind, "unknown");
  probe.kexts.set("com.apple.iokit.IOGPUFamily", "1.0");
  const { driverVersion } = await readHardware(probe, GPU_FAMILIES);
  assert.deepEqual(driverVersion, known("1.0"));
});
