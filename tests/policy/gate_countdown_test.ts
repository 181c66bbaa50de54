import assert from "node:assert/strict";
import { addMs, HOUR_MS } from "../../lib/core/instant.ts";
import {
  decisionWithCountdown,
  holdsInForce,
  wallHolds,
} from "../../lib/policy/gate_countdown.ts";
import {
  type CooldownDecision,
  evaluatePanicCooldown,
} from "../../lib/policy/panic_cooldown.ts";

const NOW = Temporal.Instant.from("2026-05-01T12:00:00Z");
const OPTIONS = {
  panicGateEnabled: true,
  stage1CooldownMs: 2 * HOUR_MS,
  lockoutCount24h: 2,
  lockoutCount72h: 3,
  lockoutMaxMs: 72 * HOUR_MS,
};

function decide(
  hoursAgo: readonly number[],
  holdHours?: number,
): CooldownDecision {
  return evaluatePanicCooldown({
    now: NOW,
    gpuPanics: hoursAgo.map((ago) => addMs(NOW, -ago * HOUR_MS)),
    abortCount24h: 0,
    holdUntil: holdHours === undefined
      ? undefined
      : addMs(NOW, holdHours * HOUR_MS),
    ackAt: undefined,
    unreadableEvidence: 0,
  }, OPTIONS);
}

const FACTS = { now: NOW, unreadableEvidence: 0 };

Deno.test("wallHolds() names a hold by what it stands on, so that another order is the same hold", () => {
  // Kills: a key that changes with the clock or with the order of the reports.
  const decision = decide([1]);
  const names = (panics: string[]): string[] =>
    wallHolds(decision, { sentinelEnds: [], panics }).map((one) => one.key);
  assert.deepEqual(names(["B", "A"]), ["cooldown A B"]);
  assert.deepEqual(names(["A", "B"]), ["cooldown A B"]);
  const [sentinel] = wallHolds(decide([]), {
    sentinelEnds: [{ name: "a/b", until: NOW }],
    panics: [],
  });
  assert.deepEqual(sentinel, {
    key: "sentinel a/b",
    untilMs: NOW.epochMilliseconds,
  });
});

Deno.test("holdsInForce() drops holds that were lifted, lockouts that were acknowledged, and what it does not know", () => {
  // Kills: a written-down lockout that no ack can lift; a lifted hold that goes on.
  const holds = ["sentinel a", "cooldown b", "lockout c", "constructor d"]
    .map((key) => ({ key, remainingMs: 1 }));
  const keys = (seen: string[], ack: "none" | "since" | "ends"): string[] =>
    holdsInForce(holds, {
      seen: seen.map((key) => ({ key, untilMs: 0 })),
      ack,
    }).map((one) => one.key);
  assert.deepEqual(keys(["sentinel a"], "none"), [
    "sentinel a",
    "cooldown b",
    "lockout c",
  ]);
  assert.deepEqual(keys([], "since"), ["cooldown b"]);
  assert.deepEqual(keys([], "ends"), []);
});

Deno.test("holdsInForce() drops a stair below one that stands on the same panics and more, and no other", () => {
  // Kills: the first panic's cooldown that outlives the ack of the lockout; a clock set ahead that leaves one panic.
  const keys = (known: string, seen: string): string[] =>
    holdsInForce([{ key: known, remainingMs: 1 }], {
      seen: [{ key: seen, untilMs: 0 }],
      ack: "none",
    }).map((one) => one.key);
  assert.deepEqual(keys("cooldown A", "lockout A B"), []);
  assert.deepEqual(keys("lockout A B", "cooldown B"), ["lockout A B"]);
  assert.deepEqual(keys("cooldown A", "sentinel A"), ["cooldown A"]);
});

Deno.test("decisionWithCountdown() gives each cause the end that is left, the later one for all", () => {
  // Kills: an end by the wall clock that the countdown does not keep.
  const decision = decisionWithCountdown(decide([1], 5), [
    { key: "cooldown x", remainingMs: 6 * HOUR_MS },
    { key: "sentinel y", remainingMs: HOUR_MS },
  ], FACTS);
  assert.equal(decision.kind, "sentinel");
  assert.equal(decision.exitCode, 2);
  assert.deepEqual(decision.causes.map((one) => one.kind), [
    "sentinel",
    "cooldown",
  ]);
  assert.equal(`${decision.cooldownUntil}`, "2026-05-01T13:00:00Z");
  assert.equal(`${decision.clearAt}`, "2026-05-01T18:00:00Z");
});

Deno.test("decisionWithCountdown() fails closed: time that is left holds although the wall clock sees nothing", () => {
  // Kills: a clock set ahead that opens the gate.
  const decision = decisionWithCountdown(decide([]), [
    { key: "lockout x", remainingMs: 1 },
  ], FACTS);
  assert.equal(decision.kind, "lockout");
  assert.equal(decision.verdict.kind, "refuse");
  assert.equal(decision.cooldownUntil, null);
});

Deno.test("decisionWithCountdown() lets go when no time is left, and says 3 where evidence is unread", () => {
  // Kills: a hold that a clock set back starts anew; "go" over unread evidence.
  const over = [{ key: "cooldown x", remainingMs: 0 }];
  const decision = decisionWithCountdown(decide([1]), over, FACTS);
  assert.deepEqual([decision.kind, decision.exitCode], ["expired", 0]);
  assert.deepEqual(decision.causes, []);
  const broken = decisionWithCountdown(decide([1]), over, {
    now: NOW,
    unreadableEvidence: 1,
  });
  assert.deepEqual([broken.kind, broken.exitCode], ["broken", 3]);
  const clear = decide([]);
  assert.equal(decisionWithCountdown(clear, [], FACTS), clear);
});

Deno.test("a suspect's cooldown is counted down as a hold of its own, which no ack ends", () => {
  // Kills: a suspect that takes the place of a panic's cooldown; an ack for panics that waves a suspect through.
  const decision = evaluatePanicCooldown({
    now: NOW,
    gpuPanics: [addMs(NOW, -HOUR_MS)],
    suspects: [addMs(NOW, -HOUR_MS / 2)],
    abortCount24h: 0,
    holdUntil: undefined,
    ackAt: undefined,
    unreadableEvidence: 0,
  }, OPTIONS);
  const seen = wallHolds(decision, {
    sentinelEnds: [],
    panics: ["P"],
    suspects: ["A@1"],
  });
  assert.deepEqual(seen.map((one) => [one.key, one.untilMs]), [
    ["cooldown P", addMs(NOW, HOUR_MS).epochMilliseconds],
    ["suspect A@1", addMs(NOW, 1.5 * HOUR_MS).epochMilliseconds],
  ]);
  const holds = [{ key: "suspect A@1", remainingMs: 5 }];
  for (const ack of ["none", "since", "ends"] as const) {
    assert.deepEqual(holdsInForce(holds, { seen: [], ack }), holds);
    assert.deepEqual(
      holdsInForce(holds, {
        seen: [{ key: "cooldown A@1", untilMs: 0 }],
        ack,
      }),
      holds,
    );
  }
  const left = [{ key: "suspect A@1", remainingMs: 60_000 }];
  const counted = decisionWithCountdown(decide([]), left, FACTS);
  assert.deepEqual([counted.kind, counted.exitCode], ["cooldown", 2]);
  assert.deepEqual(counted.causes.map((one) => one.kind), ["suspect"]);
  assert.ok(counted.cooldownUntil?.equals(addMs(NOW, 60_000)));
});
