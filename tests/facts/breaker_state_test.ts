import assert from "node:assert/strict";
import { epochSeconds } from "../../lib/core/instant.ts";
import {
  type BreakerRecord,
  clearedPath,
  readBreakerRecord,
} from "../../lib/facts/breaker_state.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const NOW = "2026-11-23T12:00:00Z";
const PATH = "/s/breaker.json";
const WRITTEN = "2026-11-23T11:59:00Z";

function machine(): { store: MemoryFileStore; read: () => BreakerRecord } {
  const clock = new FakeClock(NOW);
  const store = new MemoryFileStore({ clock }).putFolder("/s");
  const ports = { clock, store, firstSight: new FirstSight(clock) };
  return { store, read: () => readBreakerRecord(ports, PATH) };
}

function text(enteredAt: string, seconds = 3_600): string {
  const entered = epochSeconds(Temporal.Instant.from(enteredAt));
  return `{"cooldown_until": ${entered + seconds}, "entered_at": ${entered}, ` +
    `"panic_count": 2, "threshold": 2, "window_sec": 3600.0}`;
}

Deno.test("readBreakerRecord() reads the Python tool's file as it stands", () => {
  // Kills: an opening by the other tool that this one does not honour.
  const { store, read } = machine();
  store.put(PATH, text("2026-11-23T11:30:00Z"));
  assert.deepEqual(
    [read().opened?.enteredAt.toString(), read().opened?.until.toString()],
    ["2026-11-23T11:30:00Z", "2026-11-23T12:30:00Z"],
  );
  assert.equal(read().hasTimesAhead, false);
});

Deno.test("one dated ahead of now counts from when it was written and keeps its length", () => {
  // Kills: a breaker open until 2036; one that is closed because of its odd date (SAFETY T3).
  const { store, read } = machine();
  store.put(PATH, text("2036-01-01T00:00:00Z", 600), { modifiedAt: WRITTEN });
  const { opened, hasTimesAhead, findings } = read();
  assert.deepEqual(
    [opened?.enteredAt.toString(), opened?.until.toString(), hasTimesAhead],
    [WRITTEN, "2026-11-23T12:09:00Z", true],
  );
  assert.deepEqual(findings.map((one) => one.code), ["breaker-time-ahead"]);
});

Deno.test("a damaged record fails closed from its mtime", () => {
  // Kills: a torn record taken for "closed".
  const { store, read } = machine();
  store.put(PATH, text(NOW).slice(0, 40), { modifiedAt: WRITTEN });
  assert.equal(read().damagedSince?.toString(), WRITTEN);
  assert.match(read().findings[0]?.fix ?? "", /breaker --clear/);
});

Deno.test("a person's word counts by its mtime, and not when that lies ahead", () => {
  // Kills: one `touch -d 2036` that closes the breaker for ten years (SAFETY T2).
  const { store, read } = machine();
  store.put(clearedPath(PATH), "", { modifiedAt: WRITTEN });
  assert.equal(read().clearedAt?.toString(), WRITTEN);
  store.put(clearedPath(PATH), "", { modifiedAt: "2036-01-01T00:00:00Z" });
  assert.equal(read().clearedAt, undefined);
  assert.deepEqual(read().findings.map((one) => one.code), [
    "breaker-clear-not-believed",
  ]);
});
