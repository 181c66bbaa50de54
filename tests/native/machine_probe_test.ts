/** The readings over the real library, through `Deno.dlopen`: the simulated Mac, or the shipped slice in its loader. */
import assert from "node:assert/strict";
import { openNativeLibrary } from "../../lib/adapters/native/library.ts";
import { createNativeProbe } from "../../lib/adapters/native/machine_probe.ts";
import { known } from "../../lib/core/observed.ts";
import { createMetalGuard } from "../../lib/compose.ts";
import { createDenoPorts } from "../../lib/adapters/deno/ports.ts";
import { GPU_FAMILIES } from "../../lib/registry/gpu_families.ts";
import { Hardware } from "../../lib/layers/hardware.ts";
import type { MachineProbe } from "../../lib/ports/machine_probe.ts";
import { testMachineProbe } from "../machine_probe_suite.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const LIBRARY = Deno.env.get("METALGUARD_FFI_LIBRARY") ??
  `${ROOT}/dist/ffi/linux-${Deno.build.arch}/libmetalguard-sim.so`;
const MACHINES = new URL("../../ffi/machines/", import.meta.url).pathname;

function onMachine(
  name: string,
): Disposable & { readonly probe: MachineProbe } {
  Deno.env.set("METAL_GUARD_SIM", `${MACHINES}${name}.json`);
  return {
    probe: createNativeProbe({
      open: () => openNativeLibrary(LIBRARY),
    }),
    [Symbol.dispose]: () => Deno.env.delete("METAL_GUARD_SIM"),
  };
}

testMachineProbe({
  name: "native",
  open: () => onMachine("m4-max"),
  hasMac: true,
});

for (
  const [name, family, tier] of [
    ["m1", "M1", "low"],
    ["m2", "M2", "mid"],
    ["m3-ultra", "M3", "high"],
    ["m4-max", "M4", "high"],
    ["m5-max", "M5", "high"],
    ["air-8gb", undefined, "low"],
  ] as const
) {
  Deno.test(`hardware of ${name} through the library is of its family and tier`, async () => {
    // Kills: a family or size read from the wrong place of the answer.
    using machine = onMachine(name);
    const report = await new Hardware(machine.probe, GPU_FAMILIES).read();
    assert.deepEqual(report.tier, known(tier));
    if (family !== undefined) assert.deepEqual(report.family, known(family));
    else assert.match(JSON.stringify(report.family), /"M\d"/);
    assert.equal(report.driverVersion.kind, "known");
    assert.equal(report.osBuild.kind, "known");
  });
}

Deno.test("a Mac whose driver is gone has no GPU, and all else is still known", async () => {
  // Kills: a family or memory lost with the driver; 0 bytes in use on a GPU that is not there.
  using machine = onMachine("driver-gone");
  assert.deepEqual(await machine.probe.readAccelerators(), known([]));
  const report = await new Hardware(machine.probe, GPU_FAMILIES).read();
  assert.equal(report.family.kind, "known");
  assert.equal(report.memoryBytes.kind, "known");
  assert.equal(report.coreCount.kind, "unknown");
});

Deno.test("status never opens Metal", async () => {
  // Kills: a status that wakes the driver which has just panicked.
  using machine = onMachine("m4-max");
  const { symbols } = Deno.dlopen(LIBRARY, {
    mgsim_metal_opens: { parameters: [], result: "i64" },
  });
  const before = symbols.mgsim_metal_opens();
  const home = Deno.makeTempDirSync();
  try {
    const env = new Map([["HOME", home], ["METALGUARD_LIBRARY", LIBRARY]]);
    const guard = createMetalGuard({
      ...createDenoPorts(),
      env: (name) => env.get(name),
    });
    const { machine: checks } = await guard.status.read();
    const sources = checks.answers.map(({ source }) => source);
    assert.deepEqual([...new Set(sources)], ["native"]);
    await guard.doctor.run();
    assert.equal(symbols.mgsim_metal_opens(), before);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
  assert.equal((await machine.probe.readAccelerators()).kind, "known");
});
