import assert from "node:assert/strict";
import { StatusGuard } from "../../lib/compose/status_guard.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

Deno.test("the guard that only shows the status sees what the whole guard sees, and writes no file", async () => {
  // Kills: a layer that is left out of the short way.
  const world = new World().panic(1);
  world.machine.beM4Max();
  const { status } = new StatusGuard({
    ...world,
    env: fakeEnv(world.env),
    probes: chainProbes([world.machine]),
  });
  assert.deepEqual(await status.read(), await world.guard().status.read());
  await assert.rejects(status.write(), /only shows the status/);
});
