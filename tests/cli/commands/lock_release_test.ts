import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { HOME, World } from "../../fakes/world.ts";

const LOCK = `${HOME}/.metal-guard/locks/mlx_exclusive.lock`;

/** A world in which a Python job, 311, has taken the lock a minute ago. */
function heldWorld(): World {
  const world = new World({ env: { MLX_RECLAIM_COOLDOWN_SEC: "0" } });
  world.clock.autoAdvance = true;
  const bootedAt = Temporal.Instant.from("2026-11-23T10:00:00Z");
  world.table.start(1, { startedAt: bootedAt });
  world.table.start(world.system.pid);
  world.table.start(311, {
    startedAt: Temporal.Instant.from("2026-11-23T11:58:00Z"),
  });
  world.store.put(
    LOCK,
    '{"pid": 311, "label": "nightly", "started_at": "2026-11-23T11:59:00Z", "cmdline": "-c"}',
  );
  return world;
}

Deno.test("lock release leaves a living holder alone, and ends with 75", async () => {
  // Kills: a clean-up script that takes the GPU away from a running job.
  const world = heldWorld();
  const { code, err } = await runIn(world, ["lock", "release"]);
  assert.equal(code, 75);
  assert.match(err, /held by process 311 \(nightly\)/);
  const json = await jsonIn(world, ["lock", "release"]);
  assert.equal(json["status"], "held");
  assert.ok(world.store.text(LOCK) !== undefined);
  assert.deepEqual(world.table.signals, []);
});

Deno.test("lock release clears away what a dead holder has left, and says when there is nothing", async () => {
  // Kills: a stale lock that only `rm` removes.
  const world = heldWorld();
  world.table.end(311);
  const { code, out } = await runIn(world, ["lock", "release"]);
  assert.equal(code, 0);
  assert.match(out, /free now/);
  assert.equal(world.store.text(LOCK), undefined);
  assert.match((await runIn(world, ["lock", "release"])).out, /was free/);
  assert.equal((await jsonIn(world, ["lock", "release"]))["status"], "free");
});

Deno.test("lock release --force asks the holder to end, and says what it could not do", async () => {
  // Kills: a record unlinked while its process lives.
  const world = heldWorld();
  assert.equal((await runIn(world, ["lock", "release", "--force"])).code, 0);
  assert.deepEqual(world.table.signals, [{ pid: 311, signal: "SIGTERM" }]);
  assert.equal(world.store.text(LOCK), undefined);
  const foreign = heldWorld();
  foreign.table.start(311, {
    startedAt: Temporal.Instant.from("2026-11-23T11:58:00Z"),
    isForeign: true,
  });
  const json = await jsonIn(foreign, ["lock", "release", "--force"]);
  assert.equal(json["force_permission_denied"], true);
});
