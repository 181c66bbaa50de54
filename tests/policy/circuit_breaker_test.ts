import assert from "node:assert/strict";
import { addMs, HOUR_MS } from "../../lib/core/instant.ts";
import {
  BREAKER_DEFAULTS,
  type BreakerVerdict,
  type CircuitBreakerFacts,
  type CircuitBreakerOptions,
  evaluateCircuitBreaker,
} from "../../lib/policy/circuit_breaker.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");

function ago(ms: number): Temporal.Instant {
  return addMs(NOW, -ms);
}

function judge(
  panicAgesMs: readonly number[],
  facts: Partial<CircuitBreakerFacts> = {},
  options: Partial<CircuitBreakerOptions> = {},
): BreakerVerdict {
  return evaluateCircuitBreaker({
    now: NOW,
    panics: panicAgesMs.map(ago),
    opened: undefined,
    clearedAt: undefined,
    damagedSince: undefined,
    ...facts,
  }, { ...BREAKER_DEFAULTS, ...options });
}

Deno.test("the breaker opens at its threshold, and a panic at the window's edge counts", () => {
  // Kills: `>` for `>=` in either place.
  const opening = judge([0, HOUR_MS]);
  assert.deepEqual([opening.state, opening.panicCount], ["opening", 2]);
  assert.ok(opening.kind === "wait");
  assert.equal(opening.until.toString(), addMs(NOW, HOUR_MS).toString());
  assert.equal(judge([0, HOUR_MS + 1]).state, "closed");
  assert.equal(judge([0, 1], {}, { panicThreshold: 3 }).kind, "proceed");
});

Deno.test("an opening lasts to its end and never longer than the cooldown", () => {
  // Kills: a record dated 2036 that locks for ten years (SAFETY T3); `<=` at its end.
  const opened = (enteredAgoMs: number, lengthMs: number): BreakerVerdict =>
    judge([], {
      opened: {
        enteredAt: ago(enteredAgoMs),
        until: addMs(ago(enteredAgoMs), lengthMs),
        panicCount: 4,
      },
    });
  assert.deepEqual([opened(5, 6).state, opened(5, 6).panicCount], ["open", 4]);
  assert.equal(opened(6, 6).kind, "proceed");
  const decades = opened(0, 87_600 * HOUR_MS);
  assert.ok(decades.kind === "wait");
  assert.equal(decades.until.toString(), addMs(NOW, HOUR_MS).toString());
  assert.equal(opened(HOUR_MS, 87_600 * HOUR_MS).kind, "proceed");
});

Deno.test("panics that opened it do not open it again; a new one does", () => {
  // Kills: a cooldown shorter than the window that renews itself until the panics have left it (SAFETY T3).
  const options = { cooldownMs: 60_000 };
  const opened = {
    enteredAt: ago(60_000),
    until: NOW,
    panicCount: 2,
  };
  assert.equal(judge([70_000, 80_000], { opened }, options).state, "closed");
  assert.equal(judge([70_000, 59_999], { opened }, options).state, "opening");
});

Deno.test("a person's word answers the panics before it, and only those", () => {
  // Kills: `breaker --clear` undone by the next question; a word that holds for the panics to come.
  const clearedAt = ago(1_000);
  assert.equal(judge([2_000, 3_000], { clearedAt }).state, "closed");
  assert.equal(judge([2_000, 999], { clearedAt }).state, "opening");
});

Deno.test("a damaged record fails closed for the cooldown, unless a person closes it", () => {
  // Kills: a torn record taken for "closed"; one that holds for ever (SAFETY H2).
  const damagedSince = ago(HOUR_MS - 1);
  assert.equal(judge([], { damagedSince }).state, "damaged");
  assert.equal(judge([], { damagedSince: ago(HOUR_MS) }).kind, "proceed");
  assert.equal(
    judge([], { damagedSince, clearedAt: damagedSince }).kind,
    "proceed",
  );
  const clearedAt = addMs(damagedSince, -1);
  assert.equal(judge([], { damagedSince, clearedAt }).state, "damaged");
});
