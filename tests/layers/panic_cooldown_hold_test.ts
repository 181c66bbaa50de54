import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../lib/core/instant.ts";
import { ACK, SENTINEL, STATE, World } from "../fakes/world.ts";

const TORN = '{"cooldown_until": "2026-11-2';

async function clearAt(world: World): Promise<string | undefined> {
  const verdict = await world.guard().panicCooldown.check();
  return verdict.clearAt?.toString();
}

/** Paths of hold files that were set aside. */
function aside(world: World): string[] {
  return world.store.list(STATE).map((entry) => entry.name)
    .filter((name) => name.includes(".corrupt-"));
}

Deno.test("a hold ends to the millisecond and says why", async () => {
  // Kills: a hold that is rounded down to the second by the file's form.
  const world = new World({ now: "2026-11-23T12:00:00.700Z" });
  const result = await world.guard().panicCooldown.hold(1_500, {
    reason: "over\u001b[2Jnight",
  });
  assert.deepEqual([result.until.toString(), result.path], [
    "2026-11-23T12:00:02.2Z",
    SENTINEL,
  ]);
  const { hold } = await world.guard().panicCooldown.check();
  assert.deepEqual([hold?.by, hold?.reason], ["person", "over [2Jnight"]);
  await world.clock.advance(1_499);
  assert.notEqual(await clearAt(world), undefined);
  await world.clock.advance(1);
  assert.equal(await clearAt(world), undefined);
});

Deno.test("a shorter hold never replaces a longer one; a longer one does", async () => {
  // Kills: a post-mortem that shortens what a person set (SAFETY H1).
  const world = new World();
  const { panicCooldown } = world.guard();
  await panicCooldown.hold(5 * HOUR_MS, { reason: "long" });
  const same = await panicCooldown.hold(5 * HOUR_MS);
  const shorter = await panicCooldown.hold(HOUR_MS, { setBy: "postmortem" });
  for (const result of [same, shorter]) {
    assert.deepEqual([result.isUnchanged, result.until.toString()], [
      true,
      "2026-11-23T17:00:00Z",
    ]);
  }
  assert.match(world.store.text(SENTINEL) ?? "", /"reason": ?"long"/);
  const longer = await panicCooldown.hold(5 * HOUR_MS + 1);
  assert.equal(longer.isUnchanged, false);
  assert.equal(await clearAt(world), "2026-11-23T17:00:00.001Z");
});

Deno.test("a hold and a cooldown together end with the later one", async () => {
  // Kills: the first cause found taken for the only one.
  const short = new World().panic(1);
  await short.guard().panicCooldown.hold(HOUR_MS / 2);
  assert.equal(await clearAt(short), "2026-11-23T13:00:00Z");
  const long = new World().panic(1);
  await long.guard().panicCooldown.hold(3 * HOUR_MS);
  assert.equal(await clearAt(long), "2026-11-23T15:00:00Z");
});

Deno.test("lengths that are none are refused, 30 days are not", async () => {
  // Kills: a hold of NaN ms, which ends in no year.
  const { panicCooldown } = new World().guard();
  for (const bad of [0, -1, NaN, Infinity, 30 * DAY_MS + 1]) {
    await assert.rejects(panicCooldown.hold(bad), { code: "usage" });
  }
  const { until } = await panicCooldown.hold(30 * DAY_MS);
  assert.equal(until.toString(), "2026-12-23T12:00:00Z");
});

Deno.test("unknown keys of an old hold do not survive a new one", async () => {
  // Kills: somebody else's marks on a hold they do not belong to (SAFETY H5).
  const world = new World();
  world.store.put(
    SENTINEL,
    '{"cooldown_until": "2026-11-23T12:30:00", "created_at": "2026-11-23T12:00:00", "note": "x"}',
  );
  await world.guard().panicCooldown.hold(2 * HOUR_MS);
  assert.doesNotMatch(world.store.text(SENTINEL) ?? "", /note/);
});

Deno.test("a torn hold is set aside, stays closed for 24 h in each process, and is told", async () => {
  // Kills: a torn sentinel that the next process takes for none.
  const world = new World();
  world.store.put(SENTINEL, TORN);
  const { findings } = await world.guard().panicCooldown.check();
  assert.deepEqual(findings.map((one) => one.code), [
    "hold-file-damaged",
    "hold-file-set-aside",
  ]);
  const seconds = world.clock.now().epochMilliseconds / 1_000;
  assert.deepEqual(aside(world), [`panic-sentinel.json.corrupt-${seconds}`]);
  await world.clock.advance(DAY_MS - 1);
  assert.equal(await clearAt(world), "2026-11-24T12:00:00Z");
  await world.clock.advance(1);
  assert.equal(await clearAt(world), undefined);
});

Deno.test("a torn hold that is found late holds for 24 h from when it was found", async () => {
  // Kills: a crash of yesterday evening that is over before anybody looked (SPEC 1).
  const world = new World();
  world.store.put(SENTINEL, TORN, { modifiedAt: "2026-11-21T00:00:00Z" });
  assert.equal(await clearAt(world), "2026-11-24T12:00:00Z");
});

Deno.test("a reader that may not write counts from the file's own time, and tells the way out", async () => {
  // Kills: 24 h that start anew with each look of a process that cannot set the file aside.
  const world = new World();
  world.store.put(SENTINEL, TORN, { modifiedAt: "2026-11-23T06:00:00Z" });
  world.store.putFolder(STATE, { mode: 0o500 });
  const { clearAt: end, findings, exitCode } = await world.guard()
    .panicCooldown.check();
  assert.equal(exitCode, 2);
  assert.equal(end?.toString(), "2026-11-24T06:00:00Z");
  assert.deepEqual(findings.map((one) => one.code), [
    "hold-file-damaged",
    "hold-file-stuck",
    "gate-clock-not-written",
  ]);
  assert.match(findings[0]?.fix ?? "", /hold --clear/);
  await world.clock.advance(18 * HOUR_MS);
  assert.equal(await clearAt(world), undefined);
});

Deno.test("hold --clear removes the hold and all that was set aside, and leaves the ack", async () => {
  // Kills: a person who clears and still waits.
  const world = new World();
  world.store.put(SENTINEL, TORN).put(ACK, "");
  const { panicCooldown } = world.guard();
  await panicCooldown.check();
  await world.clock.advance(1_000);
  world.store.put(SENTINEL, TORN);
  assert.equal((await panicCooldown.clearHold()).length, 2);
  assert.equal(await clearAt(world), undefined);
  assert.deepEqual(aside(world), []);
  assert.equal(world.store.text(ACK), "");
  assert.deepEqual(await panicCooldown.clearHold(), []);
});

Deno.test("a new hold over a torn one sets it aside and answers the end that is in force", async () => {
  // Kills: "held until 13:00" while the torn one holds until tomorrow.
  for (
    const modifiedAt of [
      "2026-11-23T12:00:00Z",
      "2026-11-23T02:00:00Z",
      "2026-11-01T00:00:00Z",
    ]
  ) {
    const world = new World();
    world.store.put(SENTINEL, TORN, { modifiedAt });
    const short = await world.guard().panicCooldown.hold(HOUR_MS);
    assert.equal(short.until.toString(), "2026-11-24T12:00:00Z", modifiedAt);
    assert.equal(await clearAt(world), short.until.toString());
    const long = await world.guard().panicCooldown.hold(2 * DAY_MS);
    assert.equal(long.until.toString(), "2026-11-25T12:00:00Z");
    assert.equal(await clearAt(world), "2026-11-25T12:00:00Z");
  }
});

Deno.test("a hold that is set while a torn one is being moved aside is not lost", async () => {
  // Kills: a person's hold of a week, moved aside as damaged, after which 24 h are left of it.
  const world = new World();
  world.store.put(SENTINEL, TORN);
  const other = new World();
  other.clock.setNow(world.clock.now());
  await other.guard().panicCooldown.hold(7 * DAY_MS);
  const week = other.store.text(SENTINEL) ?? "";
  const rename = world.store.rename.bind(world.store);
  world.store.rename = (from, to) => {
    world.store.rename = rename;
    world.store.put(SENTINEL, week);
    rename(from, to);
  };
  assert.equal(await clearAt(world), "2026-11-30T12:00:00Z");
  assert.equal(await clearAt(world), "2026-11-30T12:00:00Z");
});

Deno.test("a hold that cannot be written fails loudly", async () => {
  // Kills: "GPU work is on hold" over a full disk.
  const world = new World();
  world.store.readOnly = true;
  await assert.rejects(world.guard().panicCooldown.hold(HOUR_MS), {
    code: "file-failed",
    problem: "read-only",
  });
});
