import assert from "node:assert/strict";
import { FileError, RefusedError } from "../../lib/core/error.ts";
import { epochSeconds } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { Cadence, type CadenceSetup } from "../../lib/layers/cadence.ts";
import { tryTakeSideLock } from "../../lib/ports/kernel_lock.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";

const NOW = "2026-11-23T12:00:00Z";
const PATH = "/s/cadence.json";
const AHEAD = "2036-01-01T00:00:00Z";

class Machine {
  readonly clock = new FakeClock(NOW);
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  readonly log = new FakeLog();

  /** As a new process makes one: nothing is remembered from the one before. */
  cadence(setup: Partial<CadenceSetup> = {}): Cadence {
    return new Cadence({
      clock: this.clock,
      store: this.store,
      log: this.log,
      owner: () => undefined,
      firstSight: new FirstSight(this.clock),
    }, {
      path: PATH,
      options: { sameModelIntervalMs: 180_000, crossModelIntervalMs: 0 },
      isObserver: false,
      ...setup,
    });
  }

  refuses(model: string): Promise<boolean> {
    return this.cadence().require(model).then(() => false, (error) => {
      assert.ok(error instanceof RefusedError && error.layer === "cadence");
      return true;
    });
  }
}

Deno.test("require() lets one load through and the next one only after the interval", async () => {
  // Kills: an answer that is not written down; a refusal that renews the pause.
  const machine = new Machine();
  assert.equal(await machine.refuses("m"), false);
  await machine.clock.advance(179_999);
  assert.equal(await machine.refuses("m"), true);
  await machine.clock.advance(1);
  assert.equal(await machine.refuses("m"), false);
  const at = epochSeconds(machine.clock.now());
  assert.equal(machine.store.text(PATH), `{"m": ${at}}`);
});

Deno.test("check() writes nothing, and makes nothing", async () => {
  // Kills: a question that counts as a load, or leaves a lock file behind.
  const machine = new Machine();
  assert.equal((await machine.cadence().check("m")).kind, "proceed");
  assert.deepEqual(machine.store.list("/s"), []);
});

Deno.test("status() lists loads, newest first, with when each model may be loaded again", async () => {
  // Kills: a dashboard that says "wait" without until when; a look that counts as a load.
  const machine = new Machine();
  await machine.cadence().mark("a");
  await machine.clock.advance(200_000);
  await machine.cadence().mark("b");
  const before = machine.store.text(PATH);
  const { loads } = await machine.cadence().status();
  const now = machine.clock.now();
  assert.deepEqual(
    loads.map(({ modelId, elapsedMs, clearAt }) => [
      modelId,
      elapsedMs,
      clearAt.epochMilliseconds - now.epochMilliseconds,
    ]),
    [["b", 0, 180_000], ["a", 200_000, 0]],
  );
  assert.equal(machine.store.text(PATH), before);
  const nowhere = await machine.cadence({ path: undefined }).status();
  assert.deepEqual(nowhere.loads, []);
});

Deno.test("intervals of one call win over the configured ones", async () => {
  // Kills: an argument that is passed over.
  const machine = new Machine();
  await machine.cadence().mark("a");
  const cadence = machine.cadence();
  const cross = { crossModelIntervalMs: 60_000 };
  assert.equal((await cadence.check("b")).cause, "clear");
  assert.equal((await cadence.check("b", cross)).cause, "cross_model");
  const off = { sameModelIntervalMs: 0 };
  assert.equal((await cadence.check("a", off)).cause, "clear");
});

Deno.test("cadence fails closed: a damaged record holds every model for the longest interval", async () => {
  // Kills: a torn file that lets two loads through; one that locks for ever (SAFETY H2, T3).
  const machine = new Machine();
  machine.store.put(PATH, '{"m": 17');
  assert.equal(await machine.refuses("other"), true);
  assert.equal(machine.store.text(PATH), undefined, "set aside");
  await machine.clock.advance(179_999);
  assert.equal(await machine.refuses("other"), true);
  await machine.clock.advance(1);
  assert.equal(await machine.refuses("other"), false);
});

Deno.test("a load dated 2036 holds for one interval, for every process, and is put right", async () => {
  // Kills: a model that is locked out for ten years, or anew by each new process (SAFETY T3).
  const machine = new Machine();
  const ahead = epochSeconds(Temporal.Instant.from(AHEAD));
  machine.store.put(PATH, `{"m": ${ahead}}`, {
    modifiedAt: AHEAD,
    changedAt: AHEAD,
  });
  const answer = await machine.cadence().check("m");
  assert.equal(answer.cause, "same_model");
  assert.deepEqual(answer.findings.map((one) => one.code), [
    "cadence-time-ahead",
  ]);
  assert.equal(
    machine.store.text(PATH),
    `{"m": ${epochSeconds(machine.clock.now())}}`,
  );
  await machine.clock.advance(180_000);
  assert.equal(await machine.refuses("m"), false);
});

Deno.test("a load that cannot be written down is not let through", async () => {
  // Kills: the next load back to back, because a full disk forgot this one.
  const full = new Machine();
  full.store.freeBytes = 0;
  await assert.rejects(full.cadence().require("m"), FileError);
  const readOnly = new Machine();
  readOnly.store.put(PATH, "{}");
  readOnly.store.readOnly = true;
  await assert.rejects(readOnly.cadence().require("m"), FileError);
  assert.equal((await readOnly.cadence().check("m")).kind, "proceed");
});

Deno.test("a record that only root may mend still answers whoever asks", async () => {
  // Kills: a question that throws because it cannot set a file aside.
  const machine = new Machine();
  machine.store.put(PATH, "{");
  machine.store.readOnly = true;
  const answer = await machine.cadence().check("m");
  assert.equal(answer.cause, "damaged");
  assert.deepEqual(answer.findings.map((one) => one.code), [
    "cadence-file-damaged",
    "cadence-file-stuck",
  ]);
});

Deno.test("require() waits for the lock, and refuses when it is held for seconds", async () => {
  // Kills: a second load that passes because the first is still deciding; a wait without end.
  const machine = new Machine();
  const held = tryTakeSideLock(machine.store, PATH);
  const waiting = machine.cadence().require("m");
  await Promise.resolve();
  held?.[Symbol.dispose]();
  await machine.clock.advance(5);
  assert.equal((await waiting).kind, "proceed");
  machine.clock.autoAdvance = true;
  using again = tryTakeSideLock(machine.store, PATH);
  assert.notEqual(again, undefined);
  assert.equal(await machine.refuses("other"), true);
  assert.ok(machine.clock.monotonicMs() < 6_000);
});

Deno.test("in observer mode it only tells, and writes down", async () => {
  // Kills: an observer that refuses; one whose load the other tool does not see.
  const machine = new Machine();
  await machine.cadence().mark("m");
  await machine.clock.advance(1_000);
  const answer = await machine.cadence({ isObserver: true }).require("m");
  assert.equal(answer.kind, "wait");
  assert.match(
    machine.log.messages[0]?.text ?? "",
    /^observer: would refuse: /,
  );
  assert.equal(
    machine.store.text(PATH),
    `{"m": ${epochSeconds(machine.clock.now())}}`,
  );
});

Deno.test("without a place for the record it proceeds and says so", async () => {
  // Kills: a machine without HOME on which nothing loads; one that is silent about it.
  const cadence = new Machine().cadence({ path: undefined });
  const answer = await cadence.require("m");
  assert.equal(answer.kind, "proceed");
  assert.deepEqual(answer.findings.map((one) => one.code), [
    "cadence-no-place",
  ]);
  await cadence.mark("m");
});
