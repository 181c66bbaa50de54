import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { MetalGuardError, RefusedError } from "../../lib/core/error.ts";
import { KvGrowthTracker } from "../../lib/layers/kv.ts";

Deno.test("kv fails closed: a request over its ceiling is refused, each time, with its figures", () => {
  // Kills: a request that runs away; one that goes on after the first refusal.
  const tracker = new KvGrowthTracker({ ceilingBytes: 2 * GB });
  tracker.start("a");
  assert.equal(tracker.addBytes("a", 2 * GB), 2 * GB);
  for (const bytes of [1, 0]) {
    assert.throws(
      () => tracker.addBytes("a", bytes),
      (error) =>
        error instanceof RefusedError && error.layer === "kv" &&
        error.verdict.kind === "refuse",
    );
  }
});

Deno.test("20 GB is the ceiling of whoever names none", () => {
  // Kills: a ceiling of 20 GiB, or of none.
  const tracker = new KvGrowthTracker();
  tracker.start("a");
  assert.equal(tracker.addBytes("a", 20 * GB), 20 * GB);
  assert.throws(() => tracker.addBytes("a", 1), RefusedError);
});

Deno.test("requests are counted apart, and one that never started not at all", () => {
  // Kills: one counter for all, which blames the wrong request.
  const tracker = new KvGrowthTracker();
  tracker.start("a", { ceilingBytes: 10 });
  tracker.start("b", { ceilingBytes: 100 });
  tracker.addBytes("b", 50);
  assert.equal(tracker.addBytes("a", 9), 9);
  assert.equal(tracker.addBytes("c", 1e12), 0);
  assert.deepEqual(
    tracker.snapshot().map((one) => [one.requestId, one.cumulativeBytes]),
    [["a", 9], ["b", 50]],
  );
  assert.equal(tracker.finalize("b")?.cumulativeBytes, 50);
  assert.equal(tracker.finalize("b"), undefined);
  assert.equal(tracker.snapshot().length, 1);
});

Deno.test("a request of the same name starts over", () => {
  // Kills: a retry that is refused because of its first try.
  const tracker = new KvGrowthTracker({ ceilingBytes: 10 });
  tracker.start("a");
  assert.throws(() => tracker.addBytes("a", 11), RefusedError);
  tracker.start("a");
  assert.equal(tracker.addBytes("a", 10), 10);
});

Deno.test("a ceiling and a growth that mean nothing are the caller's errors", () => {
  // Kills: a ceiling of 0, under which nothing or everything runs.
  const tracker = new KvGrowthTracker({ ceilingBytes: 0 });
  assert.throws(() => tracker.start("a"), MetalGuardError);
  tracker.start("b", { ceilingBytes: 5 });
  assert.throws(() => tracker.addBytes("b", -1), MetalGuardError);
  assert.equal(tracker.addBytes("b", 0), 0);
});
