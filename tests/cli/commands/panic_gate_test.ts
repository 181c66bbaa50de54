import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { REPORTS, World } from "../../fakes/world.ts";

/** A world whose sleeps end at once. */
function hurried(): World {
  const world = new World();
  world.clock.autoAdvance = true;
  return world;
}

Deno.test("panic-gate ends with 0, 2 or 3", async () => {
  // Kills: a wrapper that starts work into the same panic.
  const closed = new World();
  closed.store.putFolder(REPORTS, { mode: 0 });
  const codes = await Promise.all(
    [new World(), new World().panic(1), closed].map(async (world) =>
      (await runIn(world, ["panic-gate"])).code
    ),
  );
  assert.deepEqual(codes, [0, 2, 3]);
});

Deno.test("--quiet says nothing, whatever the answer", async () => {
  // Kills: a launchd log that grows with each start.
  for (const world of [new World(), new World().panic(1)]) {
    for (const args of [["-q"], ["--quiet", "--json"], ["-q", "--wait=1s"]]) {
      world.clock.autoAdvance = true;
      const { out, err } = await runIn(world, ["panic-gate", ...args]);
      assert.deepEqual([out, err], ["", ""]);
    }
  }
});

Deno.test("--json is one object on standard output", async () => {
  // Kills: words around the object.
  const json = await jsonIn(new World().panic(1), ["panic-gate"]);
  assert.deepEqual([json["exit_code"], json["kind"]], [2, "cooldown"]);
});

Deno.test("--wait sleeps until the gate opens, to the millisecond", async () => {
  // Kills: a wait that ends a poll too late, or before the end.
  const world = hurried().panic(1);
  const { code, out, err } = await runIn(world, ["panic-gate", "--wait"]);
  assert.equal(code, 0);
  assert.equal(world.clock.now().toString(), "2026-11-23T13:00:00Z");
  assert.match(out, /^GO /);
  assert.equal(
    err,
    "metal-guard: waiting (newest GPU panic 1 h ago < 2 h), at the latest until Mon 23 Nov 2026, 13:00 (UTC)\n",
  );
});

Deno.test("--wait=DURATION ends with the verdict of that moment", async () => {
  // Kills: a job that waits for ever behind a lockout; exit 0 because the time was up.
  const world = hurried().panic(1).panic(2);
  const { code } = await runIn(world, ["panic-gate", "--wait=12s"]);
  assert.equal(code, 2);
  assert.deepEqual(world.clock.slept, [5_000, 5_000, 2_000]);
});

Deno.test("--wait notices an ack within seconds", async () => {
  // Kills: an ack that works only when the lockout would have ended anyway.
  const world = hurried().panic(1).panic(2);
  const sleep = world.clock.sleep.bind(world.clock);
  world.clock.sleep = async (ms) => {
    if (world.clock.slept.length === 2) await world.guard().panicCooldown.ack();
    await sleep(ms);
  };
  const { code, out } = await runIn(world, ["panic-gate", "--wait"]);
  assert.equal(code, 0);
  assert.match(out, /a person said to go on/);
  assert.equal(world.clock.slept.length, 3);
});

Deno.test("evidence that cannot be read is not waited for", async () => {
  // Kills: a job that hangs for ever on a folder of somebody else's.
  const world = hurried();
  world.store.putFolder(REPORTS, { mode: 0 });
  const { code } = await runIn(world, ["panic-gate", "--wait"]);
  assert.deepEqual([code, world.clock.slept], [3, []]);
});

Deno.test("a gate that fails itself ends with 3 or more, never with 1 or 2", async () => {
  // Kills: a broken gate that wrappers read as "wait", for ever.
  const world = new World();
  world.store.list = () => {
    throw new TypeError("a mistake of ours");
  };
  const { code, out, err } = await runIn(world, ["panic-gate"]);
  assert.deepEqual([code, out, err], [
    70,
    "",
    "metal-guard: a mistake of ours\n",
  ]);
});
