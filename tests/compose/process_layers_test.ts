import assert from "node:assert/strict";
import { HOME, STATE, World } from "../fakes/world.ts";

Deno.test("each layer is made once, over the guard's own paths", async () => {
  // Kills: two cadences in one guard; a lock beside the one that the Python tool looks at.
  const world = new World({ env: { MLX_LOCK_PATH: "/locks/mine.lock" } });
  const guard = world.guard();
  assert.equal(guard.lock, guard.lock);
  assert.equal(guard.cadence, guard.cadence);
  assert.equal(guard.circuitBreaker, guard.circuitBreaker);
  assert.equal(guard.orphans, guard.orphans);
  assert.equal(guard.liveGuards, guard.liveGuards);
  assert.equal(guard.kv, guard.kv);
  assert.equal(guard.resources, guard.resources);
  assert.equal(guard.processMode, guard.processMode);
  assert.equal(guard.lockRun, guard.lockRun);
  assert.equal((await guard.lock.read()).path, "/locks/mine.lock");
  await guard.cadence.mark("org/m");
  assert.ok(world.store.text(`${STATE}/cadence.json`)?.includes("org/m"));
  assert.ok(world.store.text(`${STATE}/cadence-clock.json`) !== undefined);
});

Deno.test("knobs reach their layers", async () => {
  // Kills: a variable that is parsed and never used.
  const world = new World({
    env: {
      METALGUARD_CROSS_MODEL_INTERVAL: "60",
      METALGUARD_SUBPROC_ORPHAN_THRESHOLD_SEC: "7",
      METALGUARD_COLD_RESTART_AFTER_N: "2",
      METALGUARD_SUBPROCESS_WORKER: "1",
    },
  });
  const guard = world.guard();
  await guard.cadence.mark("org/a");
  const answer = await guard.cadence.check("org/b");
  assert.deepEqual([answer.cause, answer.intervalMs], ["cross_model", 60_000]);
  assert.equal(guard.orphans.thresholdMs, 7_000);
  guard.resources.record(2);
  assert.equal(guard.resources.shouldColdRestart, true);
  assert.equal(guard.processMode.describe().mode, "subprocess_worker");
  const off = new World({ env: { METALGUARD_COLD_RESTART_DISABLED: "1" } });
  const { resources } = off.guard();
  resources.record(9_999);
  assert.equal(resources.shouldColdRestart, false);
});

Deno.test("an observer is told and never refused", async () => {
  // Kills: a mode that stops at the gate only.
  const world = new World({ env: { METALGUARD_MODE: "observer" } });
  world.panic(0.1).panic(0.2);
  const guard = world.guard();
  await guard.panics.ingest();
  await guard.circuitBreaker.require();
  await guard.cadence.require("org/m");
  await guard.cadence.require("org/m");
  assert.ok(world.log.messages.length >= 2);
});

Deno.test("without a HOME there is a guard whose layers say that there is no place", async () => {
  // Kills: files in the folder of whoever calls.
  const world = new World({ env: { HOME: undefined } });
  const guard = world.guard();
  assert.equal((await guard.lock.read()).state, "obstacle");
  const { findings } = await guard.cadence.check("org/m");
  assert.deepEqual(findings.map((one) => one.code), ["cadence-no-place"]);
  assert.deepEqual((await guard.liveGuards.list()).guards, []);
  assert.deepEqual(
    world.store.list(HOME).map((entry) => entry.name),
    [],
  );
});
