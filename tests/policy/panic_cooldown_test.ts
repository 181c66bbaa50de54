import assert from "node:assert/strict";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/core/instant.ts";
import {
  type CooldownDecision,
  evaluatePanicCooldown,
  type PanicCooldownFacts,
  type PanicCooldownOptions,
} from "../../lib/policy/panic_cooldown.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const OPTIONS: PanicCooldownOptions = {
  panicGateEnabled: true,
  stage1CooldownMs: 2 * HOUR_MS,
  lockoutCount24h: 2,
  lockoutCount72h: 3,
  lockoutMaxMs: 72 * HOUR_MS,
};
const QUIET: PanicCooldownFacts = {
  now: NOW,
  gpuPanics: [],
  abortCount24h: 0,
  holdUntil: undefined,
  ackAt: undefined,
  unreadableEvidence: 0,
};

function decide(
  facts: Partial<PanicCooldownFacts>,
  options: Partial<PanicCooldownOptions> = {},
): CooldownDecision {
  return evaluatePanicCooldown({ ...QUIET, ...facts }, {
    ...OPTIONS,
    ...options,
  });
}

const hoursAgo = (hours: number): Temporal.Instant =>
  addMs(NOW, -hours * HOUR_MS);

Deno.test("evaluatePanicCooldown() lets a quiet machine through and counts aborts without minding them", () => {
  // Kills: an abort that closes the gate.
  const { kind, exitCode, verdict, abortCount24h, clearAt } = decide({
    abortCount24h: 9,
  });
  assert.deepEqual([kind, exitCode, verdict.kind, abortCount24h, clearAt], [
    "clear",
    0,
    "proceed",
    9,
    null,
  ]);
});

Deno.test("the kill switch comes before everything", () => {
  // Kills: a switch that a hold, a lockout or unread evidence overrules.
  const { kind, exitCode, verdict } = decide({
    holdUntil: addMs(NOW, 1),
    gpuPanics: [NOW, NOW],
    unreadableEvidence: 3,
  }, { panicGateEnabled: false });
  assert.deepEqual([kind, exitCode, verdict.kind], [
    "kill_switch",
    0,
    "proceed",
  ]);
});

Deno.test("a hold ends at its very millisecond", () => {
  // Kills: `>=` for `>`.
  assert.equal(decide({ holdUntil: addMs(NOW, 1) }).kind, "sentinel");
  assert.equal(decide({ holdUntil: NOW }).kind, "clear");
});

Deno.test("of hold and cooldown the later end counts, and each is named", () => {
  // Kills: a person who is told 12:30 and waits until 14:00 (SAFETY H1).
  const panic = hoursAgo(1);
  const short = decide({ holdUntil: addMs(NOW, 1), gpuPanics: [panic] });
  const long = decide({
    holdUntil: addMs(NOW, 5 * HOUR_MS),
    gpuPanics: [panic],
  });
  assert.deepEqual(short.causes.map((cause) => cause.kind), [
    "sentinel",
    "cooldown",
  ]);
  assert.equal(short.clearAt?.toString(), "2026-11-23T13:00:00Z");
  assert.equal(short.cooldownUntil?.toString(), "2026-11-23T12:00:00.001Z");
  assert.equal(long.clearAt?.toString(), "2026-11-23T17:00:00Z");
  assert.ok(
    long.verdict.kind === "wait" &&
      long.verdict.until.equals(long.clearAt ?? NOW),
  );
});

Deno.test("a hold that outlives an ack ends when the lockout behind it does", () => {
  // Kills: a release at the hold's end, where the ack has run out and the lockout stands again.
  const gpuPanics = [hoursAgo(30), hoursAgo(31), hoursAgo(32)];
  const { clearAt } = decide({
    gpuPanics,
    ackAt: hoursAgo(20),
    holdUntil: addMs(NOW, 6 * HOUR_MS),
  });
  // The earliest panic reaches the maximum 72 h after it happened.
  assert.equal(clearAt?.toString(), addMs(NOW, 40 * HOUR_MS).toString());
});

Deno.test("a lockout refuses and has no cooldown_until, as in the seed", () => {
  // Kills: a date that people read as "goes away by itself".
  const { verdict, cooldownUntil, clearAt, exitCode } = decide({
    gpuPanics: [hoursAgo(1), hoursAgo(2)],
  });
  assert.deepEqual([verdict.kind, cooldownUntil, exitCode], [
    "refuse",
    null,
    2,
  ]);
  assert.equal(clearAt?.toString(), addMs(hoursAgo(2), DAY_MS + 1).toString());
});

Deno.test("unread evidence gives 3 only where there is nothing to wait for", () => {
  // Kills: exit 3, on which wrappers go on, in place of a cooldown (SAFETY H3).
  const unread = { unreadableEvidence: 1 };
  assert.deepEqual(
    [
      decide(unread),
      decide({ ...unread, gpuPanics: [hoursAgo(1)] }),
      decide({ ...unread, gpuPanics: [hoursAgo(1), hoursAgo(2)] }),
      decide({ ...unread, holdUntil: addMs(NOW, 1) }),
      decide({ ...unread, gpuPanics: [hoursAgo(3)] }),
    ].map(({ kind, exitCode }) => [kind, exitCode]),
    [
      ["broken", 3],
      ["cooldown", 2],
      ["lockout", 2],
      ["sentinel", 2],
      ["broken", 3],
    ],
  );
});

Deno.test("each rule answers with its own kind", () => {
  // Kills: kinds that programs switch on, swapped.
  const three = [hoursAgo(30), hoursAgo(31), hoursAgo(32)];
  assert.equal(decide({ gpuPanics: [hoursAgo(3)] }).kind, "expired");
  assert.equal(decide({ gpuPanics: three }).kind, "lockout");
  assert.equal(decide({ gpuPanics: three, ackAt: NOW }).kind, "ack");
  assert.equal(
    decide({ gpuPanics: three }, { lockoutMaxMs: 32 * HOUR_MS }).kind,
    "absolute_max",
  );
});

Deno.test("clearAt is the first instant that lets through, whatever has happened", () => {
  // Kills: an end that is too early (a person comes back in vain) or too late (work waits for nothing).
  const random = seeded(20_261_123);
  let waited = 0;
  for (let round = 0; round < 4_000; round++) {
    const facts = randomFacts(random);
    const options = randomOptions(random);
    const { clearAt, exitCode } = evaluatePanicCooldown(facts, options);
    if (clearAt === null) {
      assert.notEqual(exitCode, 2);
      continue;
    }
    waited += 1;
    const at = (now: Temporal.Instant): number =>
      evaluatePanicCooldown({ ...facts, now }, options).exitCode;
    const told = JSON.stringify({ facts, options });
    assert.equal(at(addMs(clearAt, -1)), 2, `still waits before ${told}`);
    assert.equal(at(clearAt), 0, `lets through at ${told}`);
    const spanMs = clearAt.epochMilliseconds - NOW.epochMilliseconds;
    for (let step = 0; step < 8; step++) {
      const between = addMs(NOW, Math.floor(random() * spanMs));
      if (facts.holdUntil !== undefined) {
        // A hold is one unbroken wait; a lockout behind it may open and close unseen.
        if (Temporal.Instant.compare(between, facts.holdUntil) >= 0) continue;
      }
      assert.equal(at(between), 2, `waits all along ${told}`);
    }
  }
  assert.ok(waited > 1_500, `${waited} of 4000 waited`);
});

/** A generator of our own, so that a failure can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomFacts(random: () => number): PanicCooldownFacts {
  const spans = [5 * MINUTE_MS, 2 * HOUR_MS, DAY_MS, 3 * DAY_MS, 4 * DAY_MS];
  const span = (): number => spans[Math.floor(random() * spans.length)] ?? 0;
  const ago = (): Temporal.Instant =>
    addMs(NOW, -Math.floor(random() * span()) + (random() < 0.05 ? 30_000 : 0));
  return {
    ...QUIET,
    gpuPanics: Array.from({ length: Math.floor(random() * 6) }, ago),
    ackAt: random() < 0.3 ? ago() : undefined,
    holdUntil: random() < 0.3
      ? addMs(NOW, Math.floor(random() * span()))
      : undefined,
  };
}

function randomOptions(random: () => number): PanicCooldownOptions {
  const pick = (values: readonly number[]): number =>
    values[Math.floor(random() * values.length)] ?? 0;
  return {
    panicGateEnabled: true,
    stage1CooldownMs: pick([0, 0.5, 2, 2, 2, 30]) * HOUR_MS,
    lockoutCount24h: pick([1, 2, 2, 2, 4]),
    lockoutCount72h: pick([1, 3, 3, 3, 5]),
    lockoutMaxMs: pick([0, 1, 26, 72, 72, 200]) * HOUR_MS,
  };
}

Deno.test("a suspect waits out one cooldown, to the millisecond, whatever else cannot be read", () => {
  // Kills: `<=` for `<`; missing evidence that opens the gate in spite of a suspicion.
  const suspects = [hoursAgo(5), hoursAgo(2), hoursAgo(3)];
  assert.equal(decide({ suspects }).kind, "clear");
  const young = [...suspects, addMs(hoursAgo(2), 1)];
  const one = decide({ suspects: young, unreadableEvidence: 1 });
  assert.deepEqual([one.kind, one.exitCode], ["cooldown", 2]);
  assert.deepEqual(one.causes.map((cause) => cause.kind), ["suspect"]);
  assert.equal(one.clearAt?.toString(), "2026-11-23T12:00:00.001Z");
  assert.equal(one.verdict.reason, "suspected panic 1.99 h ago < 2 h");
  assert.deepEqual([one.recentPanics24h, one.recentPanics72h], [0, 0]);
});

Deno.test("suspects never lock; beside a hold, a cooldown or a lockout the latest end counts", () => {
  // Kills: a lockout that rests on guesses; a suspect that shortens what panics ask for (SAFETY H1).
  const suspects = [1, 1.1, 1.2, 1.3].map(hoursAgo);
  assert.equal(decide({ suspects }).kind, "cooldown");
  const ends = (facts: Partial<PanicCooldownFacts>): readonly unknown[] => {
    const { kind, clearAt, causes } = decide({ suspects, ...facts });
    return [kind, clearAt?.toString().slice(11, 16), causes.length];
  };
  assert.deepEqual(ends({ gpuPanics: [hoursAgo(1.5)] }), [
    "cooldown",
    "13:00",
    2,
  ]);
  assert.deepEqual(ends({ gpuPanics: [hoursAgo(0.5)] }), [
    "cooldown",
    "13:30",
    2,
  ]);
  assert.deepEqual(ends({ holdUntil: addMs(NOW, MINUTE_MS) }), [
    "sentinel",
    "13:00",
    2,
  ]);
  const locked = decide({ suspects, gpuPanics: [hoursAgo(3), hoursAgo(4)] });
  assert.equal(locked.kind, "lockout");
  assert.equal(locked.cooldownUntil, null);
  const acknowledged = { gpuPanics: [hoursAgo(3), hoursAgo(4)], ackAt: NOW };
  assert.deepEqual(ends(acknowledged), ["cooldown", "13:00", 1]);
});
