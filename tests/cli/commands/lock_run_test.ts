import assert from "node:assert/strict";
import { runIn } from "../../fakes/cli.ts";
import { HOME, World } from "../../fakes/world.ts";

const LOCK = `${HOME}/.metal-guard/locks/mlx_exclusive.lock`;

/** A world in which a program ends with `exitCode` as soon as it is started. */
function worldOf(exitCode: number): World {
  const world = new World();
  world.clock.autoAdvance = true;
  world.table.start(world.system.pid);
  world.foreground.onStart = (child): void => child.finish(exitCode);
  return world;
}

Deno.test("lock run keeps the command's exit code and leaves no lock behind", async () => {
  // Kills: a failed job that looks like success to cron; flags of the command read as ours.
  const world = worldOf(42);
  const words = ["python3", "--label", "theirs", "--json", "-x"];
  const run = ["lock", "run", "--label", "nightly", "--", ...words];
  const { code } = await runIn(world, run);
  assert.equal(code, 42);
  const [child] = world.foreground.started;
  assert.deepEqual(child?.args.slice(-words.length), words);
  assert.equal(world.store.text(LOCK), undefined);
});

Deno.test("lock run starts nothing and ends with 75 while somebody else has the lock", async () => {
  // Kills: a second program on the GPU; a conflict that the caller takes for the command's failure.
  const world = worldOf(0);
  world.table.start(311);
  world.store.put(
    LOCK,
    '{"pid": 311, "label": "x", "started_at": "2026-11-23T11:59:00Z", "cmdline": "-c"}',
  );
  const line = ["lock", "run", "--label", "a", "--wait=5s", "--", "true"];
  const { code, err } = await runIn(world, line);
  assert.equal(code, 75);
  assert.match(err, /waiting for the GPU lock: held by process 311/);
  assert.match(err, /metal-guard: held by process 311/);
  assert.equal(world.clock.monotonicMs(), 5_000);
  assert.deepEqual(world.foreground.started, []);
});

Deno.test("lock run fails closed with 75 when its files cannot be written", async () => {
  // Kills: a program that runs without a lock because the disk is full; an exit code that could be the command's.
  const world = worldOf(0);
  world.store.freeBytes = 0;
  const { code, err } = await runIn(
    world,
    ["lock", "run", "--label", "a", "--", "true"],
  );
  assert.equal(code, 75);
  assert.match(err, /the disk is full/);
  assert.deepEqual(world.foreground.started, []);
});

Deno.test("lock run without a command or a label is a mistake in the command line", async () => {
  // Kills: an empty command that holds the lock for nothing.
  for (
    const line of [["--label", "a"], ["--", "true"], ["--label", "a", "--"]]
  ) {
    const world = worldOf(0);
    const { code } = await runIn(world, ["lock", "run", ...line]);
    assert.equal(code, 64, line.join(" "));
    assert.deepEqual(world.foreground.started, []);
  }
});
