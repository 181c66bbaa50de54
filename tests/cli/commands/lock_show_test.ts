import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { HOME, World } from "../../fakes/world.ts";

const LOCK = `${HOME}/.metal-guard/locks/mlx_exclusive.lock`;

/** A world in which a Python job, 311, has the lock. */
function heldWorld(): World {
  const world = new World();
  world.table.start(world.system.pid);
  world.table.start(311);
  world.store.put(
    LOCK,
    '{"pid": 311, "label": "nightly", "started_at": "2026-11-23T11:00:00Z", "cmdline": "-c"}',
  );
  return world;
}

Deno.test("lock show says who has the lock, in words and in JSON, and always ends with 0", async () => {
  // Kills: an exit code that looks like a failure; a dead holder shown as holding.
  const world = heldWorld();
  const { code, out } = await runIn(world, ["lock", "show"]);
  assert.equal(code, 0);
  assert.match(out, /^HELD {2}held by process 311 \(nightly\)/);
  const held = await jsonIn(world, ["lock", "show"]);
  assert.equal(held["held"], true);
  assert.equal(held["pid"], 311);
  assert.equal(held["elapsed_s"], 3_600);
  assert.equal(held["lock_path"], LOCK);
  world.table.end(311);
  const stale = await jsonIn(world, ["lock", "show"]);
  assert.equal(stale["held"], false);
  assert.equal(stale["state"], "stale");
  assert.ok(world.store.text(LOCK) !== undefined, "show changes nothing");
});

Deno.test("lock alone shows the lock", async () => {
  // Kills: a command that answers with a page of help to the usual question.
  const world = new World();
  const { code, out } = await runIn(world, ["lock"]);
  assert.equal(code, 0);
  assert.match(out, /^FREE/);
  assert.equal((await jsonIn(world, ["lock"]))["held"], false);
});
