import assert from "node:assert/strict";
import { unknown } from "../../lib/core/observed.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/core/instant.ts";
import { STATE, World } from "../fakes/world.ts";

const RECORD = `${STATE}/gate-clock.json`;

/** Kind, exit code and minutes left, as a new process sees them. */
async function look(world: World): Promise<string> {
  const { kind, exitCode, clearAt, askedAt } = await world.guard()
    .panicCooldown.check();
  const leftMs = clearAt === null
    ? 0
    : clearAt.epochMilliseconds - askedAt.epochMilliseconds;
  return `${kind} ${exitCode} ${Math.round(leftMs / MINUTE_MS)}`;
}

Deno.test("a step of the wall clock within a boot neither ends nor prolongs a cooldown", async () => {
  // Kills: a network time correction that opens the gate, or locks it for a day.
  for (
    const step of [5 * HOUR_MS, 80 * HOUR_MS, -30 * MINUTE_MS, -9 * HOUR_MS]
  ) {
    const world = new World().panic(1);
    assert.equal(await look(world), "cooldown 2 60");
    world.clock.step(step);
    assert.equal(await look(world), "cooldown 2 60", `${step}`);
    await world.clock.advance(59 * MINUTE_MS);
    assert.equal(await look(world), "cooldown 2 1", `${step}`);
    await world.clock.advance(MINUTE_MS);
    assert.match(await look(world), / 0 0$/, `${step}`);
  }
});

Deno.test("a step within a boot neither ends nor prolongs a hold that a person set", async () => {
  // Kills: a countdown for the staircase alone.
  for (const step of [4 * DAY_MS, -4 * DAY_MS]) {
    const world = new World();
    await world.guard().panicCooldown.hold(3 * HOUR_MS);
    assert.equal(await look(world), "sentinel 2 180");
    world.clock.step(step);
    await world.clock.advance(HOUR_MS);
    assert.equal(await look(world), "sentinel 2 120", `${step}`);
    await world.clock.advance(2 * HOUR_MS);
    assert.match(await look(world), / 0 0$/, `${step}`);
    assert.match(
      await look(world),
      / 0 0$/,
      `${step}: it does not begin again`,
    );
  }
});

Deno.test("across a reboot the time that the wall clock shows has passed, and never less than none", async () => {
  // Kills: a hold that starts anew after each boot; a clock set back that makes it longer than itself and its pause.
  const world = new World().panic(1);
  assert.equal(await look(world), "cooldown 2 60");
  await world.clock.advance(20 * MINUTE_MS);
  assert.equal(await look(world), "cooldown 2 40");
  world.system.boot = unknown("a test");
  world.clock.reboot(10 * MINUTE_MS);
  assert.equal(await look(world), "cooldown 2 30");
  world.clock.reboot(MINUTE_MS);
  world.clock.step(-6 * HOUR_MS);
  assert.equal(await look(world), "cooldown 2 30");
});

Deno.test("lifting a hold, or an ack of a lockout, ends its countdown too", async () => {
  // Kills: a written-down hold that nobody can lift.
  const held = new World();
  await held.guard().panicCooldown.hold(3 * HOUR_MS);
  await look(held);
  await held.guard().panicCooldown.clearHold();
  assert.equal(await look(held), "clear 0 0");

  const locked = new World().panic(1).panic(2);
  assert.match(await look(locked), /^lockout 2 /);
  locked.clock.step(80 * HOUR_MS);
  assert.match(await look(locked), /^lockout 2 /);
  await locked.guard().panicCooldown.ack();
  assert.match(await look(locked), / 0 0$/);
});

Deno.test("an ack ends the countdown of the panic before the last one too", async () => {
  // Kills: a cooldown of the first panic, written down, that answers "wait" after the lockout was acknowledged.
  const world = new World().panic(0.5);
  assert.match(await look(world), /^cooldown 2 /);
  world.panic(0.1);
  assert.match(await look(world), /^lockout 2 /);
  await world.guard().panicCooldown.ack();
  assert.equal(await look(world), "ack 0 0");
});

Deno.test("a shorter hold in the place of a lifted one counts from its own beginning", async () => {
  // Kills: a countdown that belongs to the file and not to the hold.
  const world = new World();
  await world.guard().panicCooldown.hold(5 * HOUR_MS);
  await look(world);
  await world.guard().panicCooldown.clearHold();
  await world.guard().panicCooldown.hold(HOUR_MS);
  assert.equal(await look(world), "sentinel 2 60");
});

Deno.test("gate_clock fails closed: without boot clock, record or room for one, holds last as the wall clock says", async () => {
  // Kills: an unknown boot clock that counts as 0; a torn record that opens the gate.
  const blind = new World().panic(1);
  blind.clock.hasBootClock = false;
  assert.equal(await look(blind), "cooldown 2 60");
  await blind.clock.advance(30 * MINUTE_MS);
  assert.equal(await look(blind), "cooldown 2 30");

  const torn = new World().panic(1);
  torn.store.put(RECORD, '{"wall_epoch": 17');
  assert.equal(await look(torn), "cooldown 2 60");
  const { findings } = await torn.guard().panicCooldown.check();
  assert.deepEqual(findings, [], "the torn record was replaced by a whole one");

  const full = new World().panic(1);
  full.store.putFolder(STATE);
  full.store.freeBytes = 0;
  const verdict = await full.guard().panicCooldown.check();
  assert.equal(verdict.exitCode, 2);
  assert.deepEqual(verdict.findings.map((one) => one.code), [
    "gate-clock-not-written",
  ]);
});

Deno.test("the record is written when something holds, then left alone, and gone a month after", async () => {
  // Kills: two disk syncs at each look of a waiting wrapper.
  const world = new World().panic(1);
  await look(world);
  const first = world.store.text(RECORD);
  assert.ok(first !== undefined);
  await world.clock.advance(5_000);
  await look(world);
  assert.equal(world.store.text(RECORD), first);
  await world.clock.advance(60_000);
  await look(world);
  assert.notEqual(world.store.text(RECORD), first);
  await world.clock.advance(2 * HOUR_MS);
  assert.equal(await look(world), "expired 0 0");
  const over = world.store.text(RECORD);
  assert.ok(over !== undefined && over !== first);
  const asked = world.system.bootReads;
  await world.clock.advance(25 * HOUR_MS);
  assert.equal(await look(world), "clear 0 0");
  assert.equal(world.store.text(RECORD), over);
  assert.equal(world.system.bootReads, asked, "the usual gate starts nothing");
  await world.clock.advance(30 * DAY_MS);
  assert.equal(await look(world), "clear 0 0");
  assert.equal(world.store.text(RECORD), undefined);
});

Deno.test("the boot's identity is asked for once, and again after a step or a reboot", async () => {
  // Kills: a program started by every gate while something holds; a reboot that nobody notices.
  const world = new World().panic(1);
  const looks = async (): Promise<number> => {
    await look(world);
    return world.system.bootReads;
  };
  assert.equal(await looks(), 1);
  await world.clock.advance(MINUTE_MS);
  assert.equal(await looks(), 1);
  world.clock.step(HOUR_MS);
  assert.equal(await looks(), 2);
  world.clock.reboot(MINUTE_MS);
  assert.equal(await looks(), 3);
});
