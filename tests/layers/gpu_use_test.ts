import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { GpuUseLayer } from "../../lib/layers/gpu_use.ts";
import { fakeGpu, FakeMachineProbe } from "../fakes/machine_probe.ts";

function afterResets(count: number): FakeMachineProbe {
  const probe = new FakeMachineProbe().beM4Max();
  probe.accelerators = known([fakeGpu({ recoveryCount: known(count) })]);
  return probe;
}

Deno.test("a GPU that was reset is an early warning, from the first reset on", async () => {
  // Kills: a warning without a reset; a first reset that nobody hears of.
  const codes = async (count: number): Promise<readonly string[]> => {
    const { findings } = await new GpuUseLayer(afterResets(count)).read();
    return findings.map(({ code }) => code);
  };
  assert.deepEqual(await codes(0), []);
  assert.deepEqual(await codes(1), ["gpu-was-reset"]);
  const { findings } = await new GpuUseLayer(afterResets(1)).read();
  assert.match(findings[0]?.message ?? "", /reset once since/);
  assert.match(findings[0]?.fix ?? "", /^\$ metal-guard aborts$/m);
});

Deno.test("GPU use reports unknown, and warns of nothing, where nothing is known", async () => {
  // Kills: "0 resets" and "used by nobody" out of a probe that failed.
  const probe = new FakeMachineProbe();
  const use = await new GpuUseLayer(probe).read();
  assert.deepEqual(
    [use.busyRatio.kind, use.recoveryCount.kind, use.programs.kind],
    ["unknown", "unknown", "unknown"],
  );
  assert.deepEqual(use.findings, []);
  probe.accelerators = known([fakeGpu({ recoveryCount: unknown("none") })]);
  assert.deepEqual((await new GpuUseLayer(probe).read()).findings, []);
});
