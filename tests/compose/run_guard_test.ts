import assert from "node:assert/strict";
import { RunGuard } from "../../lib/compose/run_guard.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

Deno.test("the guard of a plain run judges as the whole guard does, and knows nothing of models", async () => {
  // Kills: a layer that is left out of the short way.
  const world = new World().panic(1);
  const guard = new RunGuard({ ...world, env: fakeEnv(world.env) });
  const whole = world.guard();
  assert.deepEqual(
    await guard.panicCooldown.check(),
    await whole.panicCooldown.check(),
  );
  assert.deepEqual(
    await guard.circuitBreaker.status(),
    await whole.circuitBreaker.status(),
  );
  assert.deepEqual(await guard.lock.read(), await whole.lock.read());
  assert.deepEqual(guard.paths, whole.paths);
  assert.equal(guard.mode.isObserver, whole.mode.isObserver);
  // Kills: a model that is let through without a look.
  await assert.rejects(guard.describeFit(), /nothing of models/);
  await assert.rejects(guard.loadSetup(), /nothing of Pythons/);
});

Deno.test("--observe wins over the environment, and a hold is the guard's own", async () => {
  // Kills: an observer that takes a lock as a defender, and a lock that no second guard sees.
  const world = new World();
  const ports = { ...world, env: fakeEnv(world.env) };
  assert.equal(new RunGuard(ports, { mode: "observer" }).mode.isObserver, true);
  const guard = new RunGuard(ports);
  {
    await using hold = await guard.lock.acquire("x");
    assert.equal(hold.kind, "held");
    assert.equal((await guard.lock.read()).state, "ours");
  }
  assert.equal((await guard.lock.read()).state, "free");
});
