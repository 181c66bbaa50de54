import assert from "node:assert/strict";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { FakeClock } from "../fakes/clock.ts";

const START = "2026-11-23T12:00:00Z";

Deno.test("a first sight never moves while time passes", async () => {
  // Kills: a thing that is seen for the first time every hour, and so holds for ever.
  const clock = new FakeClock(START);
  const sight = new FirstSight(clock);
  const first = sight.of("a");
  await clock.advance(10 * 86_400_000 + 0.4);
  assert.equal(sight.of("a").toString(), first.toString());
  assert.equal(sight.recall("a")?.at.toString(), first.toString());
  assert.equal(sight.of("b").toString(), clock.now().toString());
});

Deno.test("a thing that was not kept is not recalled", () => {
  // Kills: a memory that invents a time for every report.
  assert.equal(new FirstSight(new FakeClock(START)).recall("a"), undefined);
});

Deno.test("a kept time comes back with its source", () => {
  // Kills: two reports of one crash whose better time is lost at the second reading.
  const clock = new FakeClock(START);
  const sight = new FirstSight(clock);
  const time = {
    at: Temporal.Instant.from("2026-11-23T10:00:00Z"),
    source: "modified",
  } as const;
  assert.equal(sight.keep("a", time), time);
  assert.deepEqual(sight.recall("a"), time);
});

Deno.test("a wall clock that is set moves the first sight with it, either way", async () => {
  // Kills: a clock corrected by five days, after which a panic of a minute ago counts as five days old.
  const clock = new FakeClock(START);
  const sight = new FirstSight(clock);
  sight.of("a");
  await clock.advance(60_000);
  for (const now of ["2026-11-28T12:00:00Z", "2026-11-20T12:00:00Z"]) {
    clock.setNow(now);
    assert.equal(
      sight.of("a").toString(),
      clock.now().subtract({ minutes: 1 }).toString(),
    );
  }
});
