import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { panicText } from "../../fakes/reports.ts";
import { REPORTS, STATE, World } from "../../fakes/world.ts";

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

Deno.test("panic-gate writes a new panic down once, and nothing while there is none", async () => {
  // Kills: a usual gate that writes; a ledger that grows with each start.
  const ledger = `${STATE}/panics.jsonl`;
  const calm = new World();
  await runIn(calm, ["panic-gate"]);
  assert.equal(calm.store.text(ledger), undefined);
  const world = new World().panic(1).panic(3);
  for (const args of [["panic-gate"], ["panic-gate", "--quiet"]]) {
    assert.equal((await runIn(world, args)).code, 2);
    assert.equal(world.store.text(ledger)?.trimEnd().split("\n").length, 2);
  }
});

Deno.test("the kill switch reads and writes nothing", async () => {
  // Kills: a gate that is switched off and still touches the disk.
  const world = new World({ env: { METALGUARD_PANIC_GATE_DISABLED: "1" } })
    .panic(1);
  assert.equal((await runIn(world, ["panic-gate"])).code, 0);
  assert.equal(world.store.text(`${STATE}/panics.jsonl`), undefined);
});

Deno.test("a ledger that cannot be written changes neither the answer nor what is printed", async () => {
  // Kills: exit 1 or 70, after which wrappers start GPU work into the next panic.
  const world = new World().panic(1);
  const wanted = await runIn(world, ["panic-gate"]);
  const broken = new World().panic(1);
  broken.store.putFolder(`${STATE}/panics.jsonl`);
  assert.deepEqual(await runIn(broken, ["panic-gate"]), wanted);
  const full = new World().panic(1);
  full.store.freeBytes = 0;
  assert.equal((await runIn(full, ["panic-gate"])).code, 2);
});

Deno.test("--wait writes a panic down before it sleeps", async () => {
  // Kills: a panic that is forgotten because the Mac goes down while the gate waits.
  const world = hurried().panic(1);
  await runIn(world, ["panic-gate", "--wait=1s"]);
  assert.ok(world.store.text(`${STATE}/panics.jsonl`) !== undefined);
});

Deno.test("a report dated ahead does not renew its hold when that day comes", async () => {
  // Kills: a panic that stops the machine a second time (SAFETY T1).
  const world = new World();
  const ahead = world.clock.now().add({ hours: 30 });
  world.store.put(`${REPORTS}/a.panic`, panicText({ calendarAt: ahead }), {
    modifiedAt: ahead,
    changedAt: ahead,
  });
  assert.equal((await runIn(world, ["panic-gate"])).code, 2);
  await world.clock.advance(30 * 3_600_000 + 60_000);
  assert.equal((await runIn(world, ["panic-gate"])).code, 0);
});
