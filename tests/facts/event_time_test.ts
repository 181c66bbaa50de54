import assert from "node:assert/strict";
import {
  type EventTime,
  isBelievable,
  resolveEventTime,
  TIME_SOURCES,
  type TimeSource,
} from "../../lib/facts/event_time.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const PAST = NOW.subtract({ hours: 1 });
const AHEAD = NOW.add({ seconds: 61 });
const BEFORE_APPLE_SILICON = Temporal.Instant.from("2019-12-31T23:59:59Z");

type Times = { readonly [K in TimeSource]?: readonly Temporal.Instant[] };

function resolve(
  times: Times,
  kept: EventTime[] = [],
): EventTime & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const ask = (source: TimeSource) => (): readonly Temporal.Instant[] => {
    asked.push(source);
    return times[source] ?? [];
  };
  const time = resolveEventTime(
    {
      calendar: ask("calendar"),
      header: ask("header"),
      "file-name": ask("file-name"),
      modified: ask("modified"),
      changed: ask("changed"),
    },
    NOW,
    {
      recall: () => kept[0],
      keep: (time) => {
        kept.push(time);
        return time;
      },
    },
  );
  return { ...time, asked };
}

Deno.test("the first source that says something counts, and no worse one is asked", () => {
  // Kills: a copied file's mtime before the kernel's own clock; a system call for each report.
  const calendar = resolve({ calendar: [PAST], header: [NOW] });
  assert.deepEqual([calendar.source, calendar.asked], ["calendar", [
    "calendar",
  ]]);
  assert.equal(resolve({ changed: [PAST] }).source, "changed");
});

Deno.test("times ahead of now or before 2020 are passed over one by one", () => {
  // Kills: a chain that gives up at the first bad time, or believes the second one unasked.
  const sources = TIME_SOURCES.filter((source) => source !== "first-seen");
  for (const bad of [AHEAD, BEFORE_APPLE_SILICON]) {
    for (const [index, good] of sources.entries()) {
      const times = Object.fromEntries(
        sources.map((source, at) => [source, [at < index ? bad : PAST]]),
      );
      const time = resolve(times);
      assert.equal(time.source, good);
      assert.ok(time.at.equals(PAST));
    }
  }
});

Deno.test("when no time can be believed the first sight counts, and is kept", () => {
  // Kills: an event without a time that is dropped.
  const kept: EventTime[] = [];
  const time = resolve({ calendar: [AHEAD], modified: [AHEAD] }, kept);
  assert.equal(time.source, "first-seen");
  assert.ok(time.at.equals(NOW));
  assert.equal(kept.length, 1);
});

Deno.test("what was settled on is kept where a better time lies ahead, and only there", () => {
  // Kills: a report dated next week that is an event again when next week comes.
  const ahead: EventTime[] = [];
  resolve({ calendar: [AHEAD], modified: [PAST] }, ahead);
  assert.equal(ahead[0]?.source, "modified");
  const old: EventTime[] = [];
  resolve({ calendar: [BEFORE_APPLE_SILICON], modified: [PAST] }, old);
  assert.deepEqual(old, []);
  const again = resolve({ calendar: [PAST] }, ahead);
  assert.deepEqual([again.source, again.asked], ["modified", []]);
});

Deno.test("of two readings the first that can be believed counts", () => {
  // Kills: the doubled hour read as one that has not come yet.
  assert.ok(resolve({ header: [AHEAD, PAST] }).at.equals(PAST));
  assert.ok(resolve({ header: [NOW, PAST] }).at.equals(NOW));
});

Deno.test("isBelievable() has its edges at 60 s ahead and at the first of 2020", () => {
  // Kills: `<` for `<=` at either end.
  assert.equal(isBelievable(NOW.add({ seconds: 60 }), NOW), true);
  assert.equal(isBelievable(NOW.add({ milliseconds: 60_001 }), NOW), false);
  const first = Temporal.Instant.from("2020-01-01T00:00:00Z");
  assert.equal(isBelievable(first, NOW), true);
  assert.equal(isBelievable(first.subtract({ nanoseconds: 1 }), NOW), false);
});
