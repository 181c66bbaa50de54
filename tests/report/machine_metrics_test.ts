import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  fakeGpu,
  fakeHostMemory,
  fakeMachine,
} from "../fakes/machine_probe.ts";
import { figuresIn, metricsOf } from "../fakes/metrics.ts";
import { World } from "../fakes/world.ts";

Deno.test("the machine's figures are in base units", async () => {
  // Kills: MiB told as bytes; percent told as a ratio.
  const world = new World();
  world.machine.beM4Max();
  world.machine.machine = known(fakeMachine({ wiredLimitMib: known(2) }));
  world.machine.accelerators = known([
    fakeGpu({ recoveryCount: known(3), deviceRatio: known(0.37) }),
  ]);
  const figures = figuresIn(await metricsOf(world));
  const of = (name: string): number | undefined =>
    figures.get(`metal_guard_${name}`);
  assert.equal(of("wired_limit_bytes"), 2_097_152);
  assert.equal(of("gpu_memory_limit_bytes"), 2_097_152);
  assert.equal(of('gpu_memory_limit_source{source="wired_limit"}'), 1);
  assert.equal(of('gpu_memory_limit_source{source="estimate"}'), 0);
  assert.equal(of("gpu_memory_used_bytes"), 10_000_000_000);
  assert.equal(of("gpu_busy_ratio"), 0.37);
  assert.equal(of("gpu_recoveries_total"), 3);
  assert.equal(of("gpu_programs"), 1);
  assert.equal(of("memory_size_bytes"), 137_438_953_472);
  assert.equal(of('memory_pressure{level="normal"}'), 1);
  assert.equal(of('memory_pressure{level="critical"}'), 0);
});

Deno.test("each reading that is not known is left out, and takes no other one along", async () => {
  // Kills: free memory of 0 because swap could not be read.
  const none = unknown<never>("not told");
  const world = new World();
  world.machine.beM4Max();
  world.machine.hostMemory = known(
    fakeHostMemory({ swapUsedBytes: none, pressure: none }),
  );
  world.machine.machine = known(fakeMachine({ osBuild: none, chip: none }));
  world.machine.accelerators = known([fakeGpu({ recoveryCount: none })]);
  const text = await metricsOf(world);
  const names = [...figuresIn(text).keys()];
  for (const name of ["swap_used", "memory_pressure", "recoveries"]) {
    assert.ok(names.every((key) => !key.includes(name)), name);
  }
  assert.ok(names.includes("metal_guard_memory_free_bytes"));
  const info = names.find((key) => key.includes("machine_info"));
  assert.ok(info !== undefined);
  assert.doesNotMatch(info, /os_build|chip=/);
  assert.match(info, /os_version="26\.5\.2"/);
});
