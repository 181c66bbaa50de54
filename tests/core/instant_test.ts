import assert from "node:assert/strict";
import {
  addMs,
  earlier,
  epochSeconds,
  FUTURE_TOLERANCE_MS,
  instantFromEpochSeconds,
  isSane,
  later,
  millisecondsBetween,
} from "../../lib/core/instant.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");

Deno.test("isSane() believes what lies exactly 60 s ahead and not a millisecond more", () => {
  // Kills: `<` for `<=`; a tolerance in seconds taken for milliseconds.
  assert.equal(FUTURE_TOLERANCE_MS, 60_000);
  assert.equal(isSane(addMs(NOW, 60_000), NOW), true);
  assert.equal(isSane(addMs(NOW, 60_001), NOW), false);
  assert.equal(isSane(addMs(NOW, -1e12), NOW), true);
});

Deno.test("instantFromEpochSeconds() refuses what no clock can show", () => {
  // Kills: a RangeError out of a state file that says 1e300, NaN or ∞.
  for (const bad of [NaN, Infinity, -Infinity, 1e300, 8.64e12 + 1]) {
    assert.equal(instantFromEpochSeconds(bad), undefined, String(bad));
  }
  assert.equal(
    instantFromEpochSeconds(8.64e12)?.epochMilliseconds,
    8.64e15,
  );
});

Deno.test("epoch seconds come back to the millisecond", () => {
  // Kills: floating point that loses a millisecond, so that a hold ends early when it is read back.
  for (const ms of [0, 1, 999, 1_795_000_000_123, 1_795_000_000_999]) {
    const at = Temporal.Instant.fromEpochMilliseconds(ms);
    assert.equal(
      instantFromEpochSeconds(epochSeconds(at))?.epochMilliseconds,
      ms,
    );
  }
});

Deno.test("later() and earlier() do not depend on the order of their arguments", () => {
  // Kills: a swapped comparison, which lets the shorter of two holds win.
  const then = addMs(NOW, 1);
  for (const [a, b] of [[NOW, then], [then, NOW]] as const) {
    assert.equal(later(a, b), then);
    assert.equal(earlier(a, b), NOW);
  }
  assert.equal(millisecondsBetween(then, NOW), -1);
});

Deno.test("addMs() stops at the ends of time", () => {
  // Kills: a RangeError for a hold of 10^300 hours.
  assert.equal(addMs(NOW, 1e300).epochMilliseconds, 8.64e15);
  assert.equal(addMs(NOW, -1e300).epochMilliseconds, -8.64e15);
  assert.equal(addMs(NOW, 0.4).epochMilliseconds, NOW.epochMilliseconds);
});
