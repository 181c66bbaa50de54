import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { known } from "../../lib/core/observed.ts";
import { RunningGuard } from "../../lib/compose/running.ts";
import { fakeEnv } from "../fakes/env.ts";
import { HOME, World } from "../fakes/world.ts";

function guardIn(world: World, activeGb?: number): RunningGuard {
  return new RunningGuard({
    ...world,
    env: fakeEnv(world.env),
    ...(activeGb === undefined ? {} : {
      gpuMemory: () =>
        Promise.resolve({
          activeBytes: known(activeGb * GB),
          limitBytes: known(48 * GB),
          limitSource: "test",
        }),
    }),
  });
}

Deno.test("the layers are joined: a task keeps a clean-up from flushing", async () => {
  // Kills: a clean-up that waits for tasks of another guard.
  const world = new World();
  world.clock.autoAdvance = true;
  const guard = guardIn(world, 1);
  void guard.tasks.register(new Promise(() => {}), { label: "generate" });
  assert.deepEqual(await guard.cleanup.run(), { flushed: false, alive: 1 });
});

Deno.test("without a probe memory is unknown and everything passes", async () => {
  // Kills: zeros where nothing was asked.
  const guard = guardIn(new World());
  assert.equal((await guard.memory.read()).activeBytes.kind, "unknown");
  assert.equal((await guard.fit.check(1_000)).kind, "proceed");
});

Deno.test("fit, pressure and watch see one memory", async () => {
  // Kills: layers that read three different machines.
  const world = new World();
  world.clock.autoAdvance = true;
  const guard = guardIn(world, 45);
  assert.equal((await guard.fit.check(2)).kind, "refuse");
  assert.equal(await guard.memory.isPressureHigh(), true);
  using _ = guard.watch.watchdog();
  await world.ticker.tick();
  assert.match(
    world.log.messages.map(({ text }) => text).join("\n"),
    /memory is critical/,
  );
  await assert.rejects(
    guard.oom.protect(() => {
      throw new Error("kIOGPUCommandBufferCallbackErrorOutOfMemory");
    }),
    /45\.00 GB in use of 48\.00 GB/,
  );
});

Deno.test("models are looked for in Hugging Face's home", () => {
  // Kills: a cache that HF_HOME or HF_HUB_CACHE has moved and nobody finds.
  const hub = (env: Record<string, string>): string | undefined =>
    guardIn(new World({ env })).paths.hub;
  assert.equal(hub({}), `${HOME}/.cache/huggingface/hub`);
  assert.equal(hub({ HF_HOME: "/hf" }), "/hf/hub");
  assert.equal(hub({ HF_HOME: "/hf", HF_HUB_CACHE: "/c" }), "/c");
  const guard = guardIn(new World());
  assert.equal(guard.readModelFacts("org/m").kind, "unknown");
});
