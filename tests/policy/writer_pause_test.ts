import assert from "node:assert/strict";
import { writerPauseMs } from "../../lib/policy/writer_pause.ts";

const pause = (failures: number, intervalMs = 30_000, tookMs = 0): number =>
  writerPauseMs({ intervalMs, failures, tookMs });

Deno.test("writerPauseMs() doubles from the tenth failure on, up to five minutes", () => {
  // Kills: a pause that grows at once, without end, or never; it fails open: there is always a next try.
  assert.deepEqual(
    [0, 9, 10, 11, 12, 13, 14, 2_000].map((failures) => pause(failures)),
    [30_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000],
  );
  assert.equal(pause(50, 3_600_000), 3_600_000);
});

Deno.test("writerPauseMs() counts from the beginning of a picture, and always rests a little", () => {
  // Kills: an interval that drifts; a slow machine that makes pictures without a pause.
  assert.equal(pause(0, 30_000, 400), 29_600);
  assert.equal(pause(0, 30_000, 27_000), 3_000);
  assert.equal(pause(0, 30_000, 90_000), 3_000);
});
