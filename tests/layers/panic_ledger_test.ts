import assert from "node:assert/strict";
import { addMs, epochSeconds, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import type { FailureHistory } from "../../lib/facts/panic_history.ts";
import { PanicLedger } from "../../lib/layers/panic_ledger.ts";
import { decodePanicLedger } from "../../lib/parse/state/panic_ledger.ts";
import { tryTakeSideLock } from "../../lib/ports/kernel_lock.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { OTHER_STATEMENT } from "../fakes/reports.ts";
import { REPORTS, STATE, World } from "../fakes/world.ts";

const LEDGER = `${STATE}/panics.jsonl`;

function ledgerOf(world: World): PanicLedger {
  return new PanicLedger({
    clock: world.clock,
    store: world.store,
    tables: FAILURE_TABLES,
    firstSight: new FirstSight(world.clock),
    owner: () => undefined,
  }, LEDGER);
}

function read(world: World): Promise<FailureHistory> {
  return world.guard().panics.read();
}

function linesOf(world: World): ReturnType<typeof decodePanicLedger> {
  return decodePanicLedger(world.store.text(LEDGER) ?? "");
}

Deno.test("ingest() reports every kernel panic, known or not, oldest first and once", async () => {
  // Kills: a panic of an unknown kind that is forgotten; a ledger that grows with each start.
  const world = new World().panic(1).panic(2, { statement: OTHER_STATEMENT });
  const history = await read(world);
  assert.equal((await ledgerOf(world).ingest(history)).appendedCount, 2);
  assert.equal((await ledgerOf(world).ingest(history)).appendedCount, 0);
  const { records, skippedLines } = linesOf(world);
  assert.deepEqual(
    records.map((line) => [line.signature, line.explanation === null]),
    [["unknown", true], ["prepare_count_underflow", false]],
  );
  assert.equal(skippedLines, 0);
  assert.deepEqual(records.map((line) => line.firstSeen), [
    undefined,
    undefined,
  ]);
});

Deno.test("with nothing new it writes nothing, takes no lock and opens nothing but the ledger", async () => {
  // Kills: a gate that syncs the disk at each start.
  const world = new World().panic(1);
  const history = await read(world);
  await ledgerOf(world).ingest(history);
  const effects: string[] = [];
  world.store.onEffect = (effect) => effects.push(effect.kind);
  world.store.opened.length = 0;
  await ledgerOf(world).ingest(history);
  await ledgerOf(new World()).ingest({ panics: [] });
  assert.deepEqual([effects, world.store.opened], [[], [LEDGER]]);
});

Deno.test("a panic whose own time cannot be believed keeps the moment it was first seen", async () => {
  // Kills: a report dated tomorrow, whose panic moves there tomorrow and holds again (SAFETY T1).
  const world = new World();
  const tomorrow = addMs(world.clock.now(), 24 * HOUR_MS);
  world.panic(0, { calendarAt: tomorrow });
  await ledgerOf(world).ingest(await read(world));
  const [line] = linesOf(world).records;
  assert.equal(line?.firstSeen?.toString(), world.clock.now().toString());
  world.clock.setNow(addMs(tomorrow, HOUR_MS));
  const firstSeen = ledgerOf(world).firstSeen();
  assert.equal(
    firstSeen(`${REPORTS}/panic-full-1.panic`, null)?.toString(),
    addMs(tomorrow, -24 * HOUR_MS).toString(),
  );
  assert.equal(firstSeen("/elsewhere", null), undefined);
});

Deno.test("a line of the other tool that is dated ahead is settled once", async () => {
  // Kills: a line of 2036 that counts anew in each process.
  const world = new World();
  const ahead = epochSeconds(world.clock.now()) + 86_400;
  world.store.put(LEDGER, `{"ts": ${ahead}, "pid": 3, "source_file": "x"}\n`);
  assert.equal((await ledgerOf(world).ingest({ panics: [] })).appendedCount, 1);
  assert.equal((await ledgerOf(world).ingest({ panics: [] })).appendedCount, 0);
  const settled = linesOf(world).records[1];
  assert.deepEqual(
    [settled?.ts, settled?.firstSeen?.toString()],
    [ahead, world.clock.now().toString()],
  );
});

Deno.test("while another process writes the same down, it is left to that", async () => {
  // Kills: each panic twice in the ledger after two starts at once; a gate that waits for another.
  const world = new World().panic(1);
  const history = await read(world);
  {
    using held = tryTakeSideLock(world.store, `${LEDGER}.ingest`);
    assert.notEqual(held, undefined);
    assert.equal((await ledgerOf(world).ingest(history)).appendedCount, 0);
  }
  assert.equal((await ledgerOf(world).ingest(history)).appendedCount, 1);
});

Deno.test("what cannot be written is a finding, and is written the next time", async () => {
  // Kills: a gate that fails because its ledger does; a torn line that hides the panic for good.
  const world = new World().panic(1);
  const history = await read(world);
  world.store.putFolder(STATE, { userId: 501 });
  world.store.put(LEDGER, "");
  world.store.put(`${LEDGER}.flock`, "");
  world.store.put(`${LEDGER}.ingest.flock`, "");
  world.store.freeBytes = 40;
  const full = await ledgerOf(world).ingest(history);
  assert.deepEqual(full.findings.map((one) => one.code), [
    "ledger-not-written",
  ]);
  world.store.freeBytes = Infinity;
  assert.equal((await ledgerOf(world).ingest(history)).appendedCount, 1);
  assert.deepEqual(
    [linesOf(world).records.length, linesOf(world).skippedLines],
    [1, 1],
  );
  world.store.put(LEDGER, "", { mode: 0 });
  const closed = await ledgerOf(world).ingest(history);
  assert.deepEqual(closed.findings.map((one) => one.code), [
    "ledger-unreadable",
  ]);
});
