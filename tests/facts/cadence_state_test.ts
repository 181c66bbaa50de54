import assert from "node:assert/strict";
import { epochSeconds } from "../../lib/core/instant.ts";
import {
  type CadenceRecord,
  readCadenceRecord,
} from "../../lib/facts/cadence_state.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const WRITTEN = "2026-11-23T11:59:00Z";

function read(text: string): CadenceRecord {
  const clock = new FakeClock(NOW);
  const store = new MemoryFileStore({ clock }).putFolder("/s");
  store.put("/s/c.json", text, { modifiedAt: WRITTEN });
  return readCadenceRecord(
    { clock, store, firstSight: new FirstSight(clock) },
    "/s/c.json",
  );
}

Deno.test("readCadenceRecord() reads the Python tool's file", () => {
  // Kills: a load of the other tool that this one does not see.
  const sample =
    '{"mlx-community/other": 1795405038.4684947, "mlx-community/tiny": 1795405038.4657135}';
  const { lastLoadAt, hasTimesAhead, findings } = read(sample);
  assert.deepEqual(
    [...lastLoadAt].map(([id, at]) => [id, at.epochMilliseconds]),
    [["mlx-community/other", 1795405038468], [
      "mlx-community/tiny",
      1795405038466,
    ]],
  );
  assert.deepEqual([hasTimesAhead, findings], [false, []]);
});

Deno.test("a load 60 s ahead is believed; later ones count from when the file was written", () => {
  // Kills: a model that may not be loaded until 2036 (SAFETY T3).
  const seconds = epochSeconds(NOW);
  const record = read(`{"edge": ${seconds + 60}, "far": ${seconds + 60.001}}`);
  assert.equal(
    record.lastLoadAt.get("edge")?.toString(),
    "2026-11-23T12:01:00Z",
  );
  assert.equal(record.lastLoadAt.get("far")?.toString(), WRITTEN);
  assert.equal(record.hasTimesAhead, true);
  assert.deepEqual(record.findings.map((one) => one.code), [
    "cadence-time-ahead",
  ]);
});

Deno.test("one bad entry fails closed: the whole record is damaged", () => {
  // Kills: a half-read file, in which the model that was just loaded is missing.
  const record = read('{"a": 1795405038, "b": "x"}');
  assert.equal(record.lastLoadAt.size, 0);
  assert.equal(record.damagedSince?.toString(), WRITTEN);
});
