import assert from "node:assert/strict";
import { MetalGuardError } from "../../lib/core/error.ts";
import { ResourceTracker } from "../../lib/layers/resources.ts";

Deno.test("resources reports a worker that is better started anew, from 4000 uses on", () => {
  // Kills: another default; a count that a call without number leaves out.
  const tracker = new ResourceTracker();
  tracker.record(3_999);
  assert.equal(tracker.shouldColdRestart, false);
  tracker.record();
  assert.equal(tracker.shouldColdRestart, true);
});

Deno.test("a cold start begins a new count and remembers the old one", () => {
  // Kills: advice that stays after it was followed.
  const tracker = new ResourceTracker({ threshold: 3 });
  tracker.record(4);
  tracker.markColdRestart();
  tracker.record(2);
  const { currentCount, lastRestartAtCount, shouldColdRestart } = tracker
    .snapshot();
  assert.deepEqual([currentCount, lastRestartAtCount, shouldColdRestart], [
    2,
    4,
    false,
  ]);
});

Deno.test("a threshold that is none is the caller's error", () => {
  // Kills: a division by zero that advises a start at each use.
  for (const threshold of [0, -1, 1.5, NaN]) {
    assert.throws(() => new ResourceTracker({ threshold }), MetalGuardError);
  }
});
