import assert from "node:assert/strict";
import { addMs, epochSeconds } from "../../lib/core/instant.ts";
import type { Verdict } from "../../lib/core/verdict.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { Cadence } from "../../lib/layers/cadence.ts";
import { CircuitBreaker } from "../../lib/layers/circuit_breaker.ts";
import { PanicLedger } from "../../lib/layers/panic_ledger.ts";
import { decodePanicLedger } from "../../lib/parse/state/panic_ledger.ts";
import { BREAKER_DEFAULTS } from "../../lib/policy/circuit_breaker.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FaultyFileStore } from "../fakes/faulty_file_store.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";
import { enumerateCrashStates } from "../fakes/lying_file_store.ts";

const NOW = Temporal.Instant.from("2026-05-01T12:00:00Z");
const SECONDS = epochSeconds(NOW);
const CADENCE = "/s/cadence.json";
const BREAKER = "/s/breaker.json";
const LEDGER = "/s/panics.jsonl";

function portsOver(
  store: FileStore,
): ConstructorParameters<typeof CircuitBreaker>[0] {
  const clock = new FakeClock(NOW);
  return {
    store,
    clock,
    log: new FakeLog(),
    owner: () => undefined,
    firstSight: new FirstSight(clock),
    tables: FAILURE_TABLES,
  };
}

function cadenceOver(store: FileStore): Cadence {
  return new Cadence(portsOver(store), {
    path: CADENCE,
    options: { sameModelIntervalMs: 180_000, crossModelIntervalMs: 0 },
    isObserver: false,
  });
}

function breakerOver(store: FileStore): CircuitBreaker {
  return new CircuitBreaker(portsOver(store), {
    path: BREAKER,
    ledger: LEDGER,
    reportFolders: [],
    options: BREAKER_DEFAULTS,
    isObserver: false,
  });
}

function disk(): MemoryFileStore {
  return new MemoryFileStore({ clock: new FakeClock(NOW) }).putFolder("/s");
}

/** A ledger line of a panic some seconds ago. */
function line(age: number): string {
  return `{"ts": ${SECONDS - age}, "pid": ${age}, "source_file": "${age}"}\n`;
}

/** The layers work synchronously behind their promises; that a step fails is no news. */
function step(
  work: (store: FileStore) => Promise<unknown>,
): (store: FileStore) => void {
  return (store) => void work(store).catch(() => undefined);
}

/** Asks on every disk that a crash in the middle of `run` may leave; answers how many, and where it was looser. */
async function looserAfterCrash(
  run: (store: FileStore) => void,
  initial: MemoryFileStore,
  ask: (store: FileStore) => Promise<Verdict>,
): Promise<{ readonly states: number; readonly looser: readonly string[] }> {
  const before = await ask(initial.clone());
  assert.ok(before.kind === "wait", "closed before");
  let states = 0;
  const looser: string[] = [];
  for (const state of enumerateCrashStates(run, initial)) {
    states += 1;
    const after = await ask(state.store);
    // A disk that lies about a sync may tear the file: then it must still be closed, for the length of its kind.
    const isLooser = after.kind !== "wait" ||
      (!state.lied && Temporal.Instant.compare(after.until, before.until) < 0);
    if (isLooser) looser.push(`${state.label}: ${after.reason}`);
  }
  return { states, looser };
}

Deno.test("cadence is never looser after a crash while another load is written down", async () => {
  // Kills: a record that is rewritten in place, and loses the loads of others.
  const initial = disk().put(CADENCE, `{"a": ${SECONDS - 60}}`);
  const { states, looser } = await looserAfterCrash(
    step((store) => cadenceOver(store).require("b")),
    initial,
    (store) => cadenceOver(store).check("a"),
  );
  assert.ok(states >= 20, `only ${states} states`);
  assert.deepEqual(looser, []);
});

Deno.test("cadence is never looser after a crash while a torn record is set aside", async () => {
  // Kills: a set-aside that loses the name, or whose new name does not hold.
  const { states, looser } = await looserAfterCrash(
    step((store) => cadenceOver(store).check("a")),
    disk().put(CADENCE, '{"a": 17'),
    (store) => cadenceOver(store).check("a"),
  );
  assert.ok(states >= 3, `only ${states} states`);
  assert.deepEqual(looser, []);
});

Deno.test("the breaker is never looser after a crash while it opens, or its torn record is set aside", async () => {
  // Kills: an opening that is lost with its file although the panics are known.
  const opening = await looserAfterCrash(
    step((store) => breakerOver(store).check()),
    disk().put(LEDGER, line(10) + line(20)),
    (store) => breakerOver(store).check(),
  );
  assert.ok(opening.states >= 10, `only ${opening.states} states`);
  assert.deepEqual(opening.looser, []);
  const torn = await looserAfterCrash(
    step((store) => breakerOver(store).check()),
    disk().put(BREAKER, "{"),
    (store) => breakerOver(store).check(),
  );
  assert.deepEqual(torn.looser, []);
});

Deno.test("nothing in the ledger is lost by a crash in the middle of an ingest", async () => {
  // Kills: a ledger that is rewritten; a torn line that takes its neighbour along.
  const ingest = (store: FileStore): Promise<unknown> =>
    new PanicLedger(portsOver(store), LEDGER).ingest({
      panics: [30].map((age) => ({
        time: { at: addMs(NOW, -age * 1_000), source: "calendar" },
        signature: undefined,
        record: {
          ts: SECONDS - age,
          signature: "unknown",
          explanation: null,
          pid: age,
          sourceFile: `/r/${age}`,
          bootSessionUuid: null,
          process: null,
          osBuild: null,
          kextVersion: null,
        },
        sourceFiles: [`/r/${age}`],
      })),
    });
  const initial = disk().put(LEDGER, `${line(10)}${line(20)}{"ts": 1`);
  let states = 0;
  for (const state of enumerateCrashStates(step(ingest), initial)) {
    states += 1;
    const ages = (text: string | undefined): readonly number[] =>
      decodePanicLedger(text ?? "").records.map(({ ts }) =>
        Math.round(SECONDS - ts)
      ).sort();
    assert.deepEqual(
      ages(state.store.text(LEDGER)).slice(0, 2),
      [10, 20],
      state.label,
    );
    // Each torn end is looked at for 10 ms before it is believed: a sample of all lengths is enough.
    if (states % 11 !== 1) continue;
    await ingest(state.store);
    assert.deepEqual(
      ages(state.store.text(LEDGER)),
      [10, 20, 30],
      state.label,
    );
  }
  assert.ok(states >= 20, `only ${states} states`);
});

Deno.test("whatever call fails, in whatever way, a load is either written down or not let through", async () => {
  // Kills: a full disk, or one that gives up, on which two loads pass back to back.
  let faults = 0;
  for (const problem of ["disk-full", "other", "denied"] as const) {
    for (let at = 0; at < 40; at++) {
      const store = disk();
      const faulty = new FaultyFileStore(store, { at, problem });
      const passed = await cadenceOver(faulty).require("a").then(
        () => true,
        () => false,
      );
      if (faulty.operations.length <= at) break;
      faults += 1;
      const after = await cadenceOver(store).check("a");
      assert.ok(!passed || after.kind === "wait", `${problem} at ${at}`);
    }
  }
  assert.ok(faults >= 12, `only ${faults} faults`);
});
