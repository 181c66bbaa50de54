import assert from "node:assert/strict";
import { GateGuard } from "../../lib/compose/gate.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

Deno.test("the gate's part of a guard judges as the whole guard does", async () => {
  // Kills: a hold or a panic that only one of the two sees.
  for (const panics of [0, 1, 2]) {
    const world = new World();
    for (let hours = 1; hours <= panics; hours++) world.panic(hours);
    const { clock, store, log, system } = world;
    const env = fakeEnv(world.env);
    const gate = new GateGuard({ clock, store, log, system, env });
    const [own, whole] = [
      await gate.panicCooldown.check(),
      await world.guard().panicCooldown.check(),
    ];
    assert.equal(own.kind, whole.kind);
    assert.deepEqual(own.clearAt, whole.clearAt);
    assert.equal(gate.breadcrumbs.path, world.guard().breadcrumbs.path);
  }
});
