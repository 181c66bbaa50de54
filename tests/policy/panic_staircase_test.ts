import assert from "node:assert/strict";
import { addMs, DAY_MS, HOUR_MS } from "../../lib/core/instant.ts";
import {
  evaluatePanicStaircase,
  type PanicStair,
  type PanicStaircaseOptions,
} from "../../lib/policy/panic_staircase.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const OPTIONS: PanicStaircaseOptions = {
  stage1CooldownMs: 2 * HOUR_MS,
  lockoutCount24h: 2,
  lockoutCount72h: 3,
  lockoutMaxMs: 72 * HOUR_MS,
};

/** The stair for panics of these ages, in milliseconds. */
function stair(
  agesMs: readonly number[],
  options?: Partial<PanicStaircaseOptions>,
  ackAgeMs?: number,
): PanicStair {
  return evaluatePanicStaircase({
    now: NOW,
    gpuPanics: agesMs.map((age) => addMs(NOW, -age)),
    ackAt: ackAgeMs === undefined ? undefined : addMs(NOW, -ackAgeMs),
  }, { ...OPTIONS, ...options });
}

function inMs(at: Temporal.Instant | undefined): number | undefined {
  return at === undefined
    ? undefined
    : at.epochMilliseconds - NOW.epochMilliseconds;
}

Deno.test("a cooldown ends at its very millisecond", () => {
  // Kills: `<=` for `<`, which holds one tick too long or lets go one too early.
  assert.equal(stair([2 * HOUR_MS - 1]).kind, "cooldown");
  assert.equal(inMs(stair([2 * HOUR_MS - 1]).releaseAt), 1);
  assert.equal(stair([2 * HOUR_MS]).kind, "expired");
  assert.equal(stair([2 * HOUR_MS]).releaseAt, undefined);
});

Deno.test("an event of exactly 24 h or 72 h still counts, one millisecond more does not", () => {
  // Kills: the other edge of each window (SPEC 4.1).
  assert.deepEqual(
    [DAY_MS, DAY_MS + 1].map((age) => stair([HOUR_MS, age]).kind),
    ["lockout", "cooldown"],
  );
  const old = [25 * HOUR_MS, 26 * HOUR_MS];
  assert.deepEqual(
    [3 * DAY_MS, 3 * DAY_MS + 1].map((age) => {
      const { kind, count24h, count72h } = stair([...old, age], {
        lockoutMaxMs: 100 * HOUR_MS,
      });
      return [kind, count24h, count72h];
    }),
    [["lockout", 0, 3], ["clear", 0, 2]],
  );
});

Deno.test("with a raised count two panics cool down as one does", () => {
  // Kills: a raised threshold that lets two panics pass where one waits.
  assert.equal(
    stair([HOUR_MS, 3 * HOUR_MS], { lockoutCount24h: 3 }).kind,
    "cooldown",
  );
});

Deno.test("an ack lifts a lockout only while younger than 24 h and not older than the newest panic", () => {
  // Kills: an ack of yesterday, and one that was given before the panic it should excuse.
  const ages = [HOUR_MS, 30 * HOUR_MS, 40 * HOUR_MS];
  assert.equal(stair(ages, {}, HOUR_MS).kind, "ack");
  assert.equal(stair(ages, {}, HOUR_MS + 1).kind, "lockout");
  const old = [30 * HOUR_MS, 40 * HOUR_MS, 50 * HOUR_MS];
  assert.equal(stair(old, {}, DAY_MS - 1).kind, "ack");
  assert.equal(stair(old, {}, DAY_MS).kind, "lockout");
});

Deno.test("an ack does not shorten the cooldown of a single panic", () => {
  // Kills: `ack` as a way around the two hours.
  assert.equal(stair([HOUR_MS], {}, 0).kind, "cooldown");
});

Deno.test("a lockout ends at its maximum since the earliest panic in the window", () => {
  // Kills: a maximum that counts from the newest, so that each panic renews it.
  const options = { lockoutMaxMs: 10 * HOUR_MS };
  assert.equal(stair([HOUR_MS, 10 * HOUR_MS - 1], options).kind, "lockout");
  assert.equal(inMs(stair([HOUR_MS, 10 * HOUR_MS - 1], options).releaseAt), 1);
  assert.equal(stair([HOUR_MS, 10 * HOUR_MS], options).kind, "absolute_max");
});

Deno.test("a lockout that falls back into a cooldown lets go when that ends", () => {
  // Kills: a release at the moment the count drops, while the newest panic is still young.
  const { kind, releaseAt } = stair([HOUR_MS, 24 * HOUR_MS - 1_000]);
  assert.equal(kind, "lockout");
  assert.equal(inMs(releaseAt), HOUR_MS);
});

Deno.test("the reason is the inequality as it stands", () => {
  // Kills: `2 h ago < 2 h`, which is false as it is written.
  assert.equal(
    stair([2 * HOUR_MS - 1]).reason,
    "newest GPU panic 1.99 h ago < 2 h",
  );
  assert.equal(stair([2 * HOUR_MS]).reason, "newest GPU panic 2 h ago ≥ 2 h");
  assert.equal(stair([1, 2]).reason, "2 GPU panics in 24 h ≥ 2");
  assert.equal(
    stair([30, 40, 50].map((hours) => hours * HOUR_MS)).reason,
    "3 GPU panics in 72 h ≥ 3",
  );
  assert.equal(
    stair([1, 3 * HOUR_MS], { lockoutMaxMs: 3 * HOUR_MS }).reason,
    "2 GPU panics in 24 h ≥ 2, but the earliest 3 h ago ≥ 3 h",
  );
});

Deno.test("limits without end or with fractions do not break the clock", () => {
  // Kills: a RangeError out of a library caller's Infinity or 0.5 ms.
  for (
    const [ms, end] of [[Infinity, DAY_MS + 1], [1e300, DAY_MS + 1], [
      0.5,
      1,
    ]] as const
  ) {
    const { kind, releaseAt } = stair([0, 0], {
      stage1CooldownMs: ms,
      lockoutMaxMs: ms,
    });
    assert.deepEqual([kind, inMs(releaseAt)], ["lockout", end]);
  }
});
