import assert from "node:assert/strict";
import { MetalGuardError, RefusedError } from "../../lib/core/error.ts";
import { epochSeconds, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import {
  CircuitBreaker,
  type CircuitBreakerSetup,
} from "../../lib/layers/circuit_breaker.ts";
import { BREAKER_DEFAULTS } from "../../lib/policy/circuit_breaker.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { REPORTS, STATE, World } from "../fakes/world.ts";

const BREAKER = `${STATE}/breaker.json`;
const LEDGER = `${STATE}/panics.jsonl`;
const AHEAD = "2036-01-01T00:00:00Z";

/** As a new process makes one. */
function breakerOf(
  world: World,
  setup: Partial<CircuitBreakerSetup> = {},
): CircuitBreaker {
  return new CircuitBreaker({
    clock: world.clock,
    store: world.store,
    tables: FAILURE_TABLES,
    firstSight: new FirstSight(world.clock),
    log: world.log,
    owner: () => undefined,
  }, {
    path: BREAKER,
    ledger: LEDGER,
    reportFolders: [{ path: REPORTS, isEvidence: true }],
    options: BREAKER_DEFAULTS,
    isObserver: false,
    ...setup,
  });
}

/** A world whose ledger holds panics that happened so many seconds ago. */
function worldWith(...agesSec: readonly number[]): World {
  const world = new World();
  const now = epochSeconds(world.clock.now());
  const lines = agesSec.map((age, index) =>
    `${JSON.stringify({ ts: now - age, pid: index, source_file: `${age}` })}\n`
  );
  world.store.put(LEDGER, lines.join(""));
  return world;
}

Deno.test("it opens once, writes that down as the Python tool reads it, and closes by itself", async () => {
  // Kills: an end that moves on with each question; a file that the other tool cannot read.
  const world = worldWith(10, 20);
  const until = world.clock.now().add({ hours: 1 });
  for (const _ of [1, 2]) {
    const answer = await breakerOf(world).check();
    assert.ok(answer.kind === "wait");
    assert.equal(answer.until.toString(), until.toString());
    await world.clock.advance(60_000);
  }
  const entered = epochSeconds(until) - 3_600;
  assert.equal(
    world.store.text(BREAKER),
    `{"cooldown_until": ${entered + 3_600}, "entered_at": ${entered}, ` +
      `"panic_count": 2, "threshold": 2, "window_sec": 3600}`,
  );
  await world.clock.advance(HOUR_MS);
  assert.equal((await breakerOf(world).check()).kind, "proceed");
});

Deno.test("a question that opens nothing writes nothing", async () => {
  // Kills: a disk sync at each start.
  const world = worldWith(10);
  const effects: string[] = [];
  world.store.onEffect = (effect) => effects.push(effect.kind);
  assert.equal((await breakerOf(world).check()).state, "closed");
  assert.deepEqual(effects, []);
});

Deno.test("panics that are read but not in the ledger yet count too, and none counts twice", async () => {
  // Kills: a breaker that is one start late; one panic of two reports that opens it.
  const world = new World().panic(0.1).panic(0.2);
  const history = await world.guard().panics.read();
  assert.equal((await breakerOf(world).check()).state, "closed");
  assert.equal((await breakerOf(world).check(history)).state, "opening");
  const one = new World().panic(0.1);
  const [panic] = (await one.guard().panics.read()).panics;
  assert.ok(panic !== undefined);
  const { ts, pid, sourceFile } = panic.record;
  one.store.put(
    LEDGER,
    `${JSON.stringify({ ts, pid, source_file: sourceFile })}\n`,
  );
  const known = await breakerOf(one).check({ panics: [panic] });
  assert.equal(known.recentPanicCount, 1);
});

Deno.test("circuit_breaker fails closed: a damaged record holds for the cooldown, also set aside", async () => {
  // Kills: a torn breaker.json taken for "closed" (SAFETY H2).
  const world = new World();
  world.store.put(BREAKER, '{"cooldown_until": 17');
  const answer = await breakerOf(world).check();
  assert.equal(answer.state, "damaged");
  assert.deepEqual(answer.findings.map((one) => one.code), [
    "breaker-file-damaged",
    "breaker-file-set-aside",
  ]);
  assert.equal(world.store.text(BREAKER), undefined);
  await world.clock.advance(HOUR_MS - 1);
  assert.equal((await breakerOf(world).check()).kind, "wait");
  await world.clock.advance(1);
  assert.equal((await breakerOf(world).check()).kind, "proceed");
});

Deno.test("a ledger that cannot be read holds for the cooldown and no longer", async () => {
  // Kills: a ledger of root's that opens the way; one that closes it for ever.
  const world = new World();
  world.store.put(LEDGER, "", { mode: 0 });
  assert.equal((await breakerOf(world).check()).state, "damaged");
  await world.clock.advance(HOUR_MS);
  const later = await breakerOf(world).check();
  assert.equal(later.kind, "proceed");
  assert.deepEqual(later.findings.map((one) => one.code), [
    "ledger-unreadable",
  ]);
});

Deno.test("a record dated 2036 lasts an hour from when it was first seen, for every process", async () => {
  // Kills: a breaker that is open for ten years, or anew in each process (SAFETY T3).
  const world = new World();
  const entered = epochSeconds(Temporal.Instant.from(AHEAD));
  world.store.put(
    BREAKER,
    `{"cooldown_until": ${entered + 9e6}, "entered_at": ${entered}, ` +
      `"panic_count": 2, "threshold": 2, "window_sec": 3600.0, "note": "x"}`,
    { modifiedAt: AHEAD, changedAt: AHEAD },
  );
  assert.equal((await breakerOf(world).check()).state, "open");
  assert.match(world.store.text(BREAKER) ?? "", /"note": "x"/);
  await world.clock.advance(HOUR_MS - 1);
  assert.equal((await breakerOf(world).check()).kind, "wait");
  await world.clock.advance(1);
  assert.equal((await breakerOf(world).check()).kind, "proceed");
});

Deno.test("clear() closes it, also when damaged, until the next panic", async () => {
  // Kills: a person's word that the next question takes back; one that answers panics to come.
  const world = worldWith(10, 20);
  await breakerOf(world).check();
  world.store.put(`${BREAKER}.corrupt-1795435190`, "{");
  assert.deepEqual(await breakerOf(world).clear(), [
    BREAKER,
    `${BREAKER}.corrupt-1795435190`,
  ]);
  assert.equal((await breakerOf(world).check()).state, "closed");
  assert.deepEqual(await breakerOf(world).clear(), []);
  await world.clock.advance(1_000);
  const ts = epochSeconds(world.clock.now());
  const before = world.store.text(LEDGER) ?? "";
  world.store.put(LEDGER, `${before}{"ts": ${ts}}\n`);
  assert.equal((await breakerOf(world).check()).state, "opening");
  const homeless = breakerOf(world, { path: undefined });
  await assert.rejects(homeless.clear(), MetalGuardError);
});

Deno.test("it is open even where that cannot be written down", async () => {
  // Kills: a full disk that closes the breaker.
  const world = worldWith(10, 20);
  world.store.readOnly = true;
  const answer = await breakerOf(world).check();
  assert.equal(answer.kind, "wait");
  assert.equal(answer.findings.at(-1)?.code, "breaker-not-written");
});

Deno.test("require() throws while it is open; in observer mode it only tells", async () => {
  // Kills: an observer that refuses; a defender that does not.
  const world = worldWith(10, 20);
  await assert.rejects(
    breakerOf(world).require(),
    (error) =>
      error instanceof RefusedError && error.layer === "circuit_breaker",
  );
  await breakerOf(world, { isObserver: true }).require();
  assert.match(world.log.messages[0]?.text ?? "", /^observer: would refuse: /);
  await breakerOf(new World()).require();
});

Deno.test("status() tells the figures that dashboards know", async () => {
  // Kills: a remaining time below zero, or one that stays when it is closed.
  const world = worldWith(10, 20);
  await breakerOf(world).check();
  await world.clock.advance(60_000);
  const open = await breakerOf(world).status();
  assert.deepEqual(
    [open.isInCooldown, open.cooldownRemainingMs, open.recentPanicCount],
    [true, 59 * 60_000, 2],
  );
  await world.clock.advance(HOUR_MS);
  const closed = await breakerOf(world).status();
  assert.deepEqual(
    [closed.isInCooldown, closed.cooldownUntil, closed.cooldownRemainingMs],
    [false, null, 0],
  );
});
