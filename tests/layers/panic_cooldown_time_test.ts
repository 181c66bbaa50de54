import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../lib/core/instant.ts";
import { formatCivilTime } from "../../lib/core/civil_time.ts";
import { panicText } from "../fakes/reports.ts";
import { ACK, REPORTS, SENTINEL, World } from "../fakes/world.ts";

/** Hours of thirty days at which one guard, asked each hour, says "wait". `at` acts before the check of its hour. */
async function hoursWaited(
  world: World,
  at: ReadonlyMap<number, () => void> = new Map(),
): Promise<number[]> {
  const { panicCooldown } = world.guard();
  const waited: number[] = [];
  for (let hour = 0; hour < 30 * 24; hour++) {
    at.get(hour)?.();
    const { exitCode } = await panicCooldown.check();
    assert.notEqual(exitCode, 3);
    if (exitCode === 2) waited.push(hour);
    await world.clock.advance(HOUR_MS);
  }
  return waited;
}

const AHEAD = "2026-12-03T12:00:00Z";
const hours = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

function reportFromTheFuture(world: World, changedAt: string): void {
  world.store.put(
    `${REPORTS}/panic-full-2026-12-03-120000.0002.panic`,
    panicText({ calendarAt: AHEAD, header: "2026-12-03 12:00:00.00 +0000" }),
    { modifiedAt: AHEAD, changedAt },
  );
}

Deno.test("a month: a report dated in the future holds two hours, once", async () => {
  // Kills: a panic that is hidden, that holds for ten days, or that comes back when its date comes (SAFETY T1).
  const stamped = new World();
  reportFromTheFuture(stamped, "2026-11-23T12:00:00Z");
  assert.deepEqual(await hoursWaited(stamped), hours(0, 2));
  const unstamped = new World();
  reportFromTheFuture(unstamped, AHEAD);
  assert.deepEqual(await hoursWaited(unstamped), hours(0, 2));
});

Deno.test("a month: a report from the future makes no lockout out of one true panic on its day", async () => {
  // Kills: two panics counted in 24 h, where one happened ten days before the other.
  const world = new World();
  reportFromTheFuture(world, "2026-11-23T12:00:00Z");
  const waited = await hoursWaited(
    world,
    new Map([[240, (): void => void world.panic(0)]]),
  );
  assert.deepEqual(waited, [...hours(0, 2), ...hours(240, 2)]);
});

Deno.test("a month: an ack from the future lifts no lockout, not even when its date has come", async () => {
  // Kills: a `touch -d` to next week that unlocks the machine in advance (SAFETY T2).
  for (const changedAt of ["2026-11-23T12:00:00Z", AHEAD]) {
    const world = new World().panic(0).panic(0);
    world.store.put(ACK, "", { modifiedAt: AHEAD, changedAt });
    const waited = await hoursWaited(
      world,
      new Map([[239, (): void => void world.panic(0).panic(0)]]),
    );
    // A panic of exactly 24 h still counts: the checks of hours 0 to 24.
    assert.deepEqual(waited, [...hours(0, 25), ...hours(239, 25)]);
  }
});

Deno.test("a month: a hold from the future holds for its own length, once", async () => {
  // Kills: a hold that is dropped, or one that locks until its date and again on it (SAFETY T3).
  const texts = [
    '{"cooldown_until": "2026-12-03T15:00:00", "created_at": "2026-12-03T12:00:00"}',
    `{"cooldown_until": "2026-12-03T15:00:00", "created_at": "2026-12-03T12:00:00", "cooldown_until_epoch": 1796310000, "created_at_epoch": 1796299200, "set_by": "person"}`,
  ];
  for (const text of texts) {
    for (const changedAt of ["2026-11-23T12:00:00Z", AHEAD]) {
      const world = new World();
      world.store.put(SENTINEL, text, { modifiedAt: AHEAD, changedAt });
      assert.deepEqual(await hoursWaited(world), hours(0, 3), text);
    }
  }
});

Deno.test("a month: a torn hold from the future holds for a day, once", async () => {
  // Kills: a damaged file that is damaged anew on the day its date comes.
  for (const changedAt of ["2026-11-23T12:00:00Z", AHEAD]) {
    const world = new World();
    world.store.put(SENTINEL, "{", { modifiedAt: AHEAD, changedAt });
    assert.deepEqual(await hoursWaited(world), hours(0, 24));
    const stuck = new World();
    stuck.store.put(SENTINEL, "{", { modifiedAt: AHEAD, changedAt });
    stuck.store.readOnly = true;
    assert.deepEqual(await hoursWaited(stuck), hours(0, 24));
  }
});

Deno.test("a month: everything from the future together waits for the longest and no more", async () => {
  // Kills: two lies that hold each other up.
  const world = new World();
  reportFromTheFuture(world, "2026-11-23T12:00:00Z");
  world.store.put(ACK, "", { modifiedAt: AHEAD });
  world.store.put(
    SENTINEL,
    '{"cooldown_until": "2036-01-01T00:00:00", "created_at": "2035-12-31T19:00:00"}',
    { modifiedAt: "2036-01-01T00:00:00Z" },
  );
  assert.deepEqual(await hoursWaited(world), hours(0, 5));
});

Deno.test("a month: a true panic waits its two hours whatever its file's times say", async () => {
  // Kills: a `touch` that renews a panic, or an old mtime that hides it.
  for (
    const modifiedAt of [AHEAD, "2026-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]
  ) {
    const world = new World();
    world.store.put(
      `${REPORTS}/panic.panic`,
      panicText({ calendarAt: "2026-11-23T12:00:00Z" }),
      { modifiedAt },
    );
    assert.deepEqual(await hoursWaited(world), hours(0, 2));
  }
});

Deno.test("a wall clock that is set right does not let go of a panic seen before", async () => {
  // Kills: a Mac that starts with last week's clock, sees its panic "in the future", and a minute later calls it a week old.
  const world = new World({ now: "2026-11-16T12:00:00Z" });
  world.store.put(
    `${REPORTS}/panic.panic`,
    panicText({ calendarAt: "2026-11-23T12:00:00Z" }),
  );
  const { panicCooldown } = world.guard();
  assert.equal((await panicCooldown.check()).exitCode, 2);
  await world.clock.advance(60_000);
  world.clock.setNow("2026-11-23T12:01:00Z");
  assert.equal((await panicCooldown.check()).exitCode, 2);
});

const ZONES = [
  "UTC",
  "Asia/Tokyo",
  "America/New_York",
  "Europe/Paris",
  "Australia/Lord_Howe",
];
/** A usual day, and moments around the doubled hour of Paris and New York. */
const MOMENTS = [
  "2026-11-23T12:00:00Z",
  "2026-10-24T23:30:00Z",
  "2026-10-25T00:30:00Z",
  "2026-10-25T01:30:00Z",
  "2026-11-01T04:30:00Z",
  "2026-11-01T05:30:00Z",
  "2026-11-01T06:30:00Z",
];

Deno.test("a hold of the Python tool ends no earlier in any zone, and within a day of its end", async () => {
  // Kills: a traveller, or the doubled hour of autumn, that ends a hold before its time (SAFETY T4).
  for (const now of MOMENTS) {
    for (const writer of ZONES) {
      for (const reader of ZONES) {
        const world = new World({ now, zone: writer });
        const made = world.clock.now();
        // The Python tool adds on its naive local clock.
        const local = made.toZonedDateTimeISO(writer).toPlainDateTime();
        world.store.put(
          SENTINEL,
          JSON.stringify({
            cooldown_until: local.add({ hours: 2 }).toString(),
            created_at: local.toString(),
          }),
        );
        world.clock.setTimeZone(reader);
        const name = `${now} ${writer} → ${reader}`;
        const exitAt = async (ms: number): Promise<number> => {
          const passedMs = world.clock.now().epochMilliseconds -
            made.epochMilliseconds;
          await world.clock.advance(ms - passedMs);
          return (await world.guard().panicCooldown.check()).exitCode;
        };
        assert.equal(await exitAt(0), 2, name);
        assert.equal(await exitAt(2 * HOUR_MS - 1), 2, name);
        assert.equal(await exitAt(2 * DAY_MS), 0, name);
      }
    }
  }
});

Deno.test("a hold of ours ends at the same instant in every zone", async () => {
  // Kills: a hold that is read by its local time although it carries its epoch.
  for (const now of MOMENTS) {
    for (const writer of ZONES) {
      for (const reader of ZONES) {
        const world = new World({ now, zone: writer });
        const { until } = await world.guard().panicCooldown.hold(2 * HOUR_MS);
        world.clock.setTimeZone(reader);
        const { clearAt } = await world.guard().panicCooldown.check();
        assert.equal(clearAt?.toString(), until.toString());
        assert.match(
          world.store.text(SENTINEL) ?? "",
          new RegExp(formatCivilTime(until, writer)),
        );
      }
    }
  }
});
