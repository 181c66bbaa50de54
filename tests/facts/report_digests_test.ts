import assert from "node:assert/strict";
import { addMs, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import {
  type FailureHistory,
  readFailureHistory,
} from "../../lib/facts/panic_history.ts";
import { ReportDigests } from "../../lib/facts/report_digests.ts";
import type { FailureTables } from "../../lib/parse/failure_text.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { panicText } from "../fakes/reports.ts";
import { REPORTS, STATE, World } from "../fakes/world.ts";

const FILE = `${STATE}/report-digests.jsonl`;
const REPORT = `${REPORTS}/a.panic`;

/** A Mac that panicked two hours ago. */
function panickedWorld(): World {
  const world = new World();
  const at = addMs(world.clock.now(), -2 * HOUR_MS);
  world.store.put(REPORT, panicText({ calendarAt: at }), {
    modifiedAt: at,
    changedAt: at,
  });
  return world;
}

/** One start of the program: reads the reports, and writes down what it read. */
function start(
  world: World,
  tables: FailureTables = FAILURE_TABLES,
): FailureHistory & { readonly reads: number } {
  const { store, clock } = world;
  const digests = new ReportDigests(
    { store, clock, tables, owner: () => undefined },
    FILE,
  );
  const before = store.opened.filter((path) => path === REPORT).length;
  const history = readFailureHistory(
    { store, clock, tables, firstSight: new FirstSight(clock), digests },
    {
      folders: [{ path: REPORTS, isEvidence: true }],
      panicsWithinMs: 72 * HOUR_MS,
      abortsWithinMs: 0,
    },
  );
  const reads = store.opened.filter((path) => path === REPORT).length - before;
  digests.save();
  return { ...history, reads };
}

Deno.test("a report is read once, and says the same ever after", () => {
  // Kills: a digest that says less than its report; reports that are read at every start.
  const world = panickedWorld();
  const first = start(world);
  assert.equal(first.reads, 1);
  assert.equal(first.panics[0]?.signature?.stopsGate, true);
  const second = start(world);
  assert.equal(second.reads, 0);
  assert.deepEqual(second.panics, first.panics);
});

Deno.test("any change of a report has it read again", () => {
  // Kills: a cause that was written into the report after the first look; a report that nobody may read any more.
  const at = addMs(new World().clock.now(), -2 * HOUR_MS);
  const text = panicText({ calendarAt: at });
  const later = addMs(at, 1_000);
  const changes: readonly ((world: World) => void)[] = [
    ({ store }) =>
      store.put(REPORT, `${text} `, { modifiedAt: at, changedAt: at }),
    ({ store }) =>
      store.put(REPORT, text, { modifiedAt: addMs(at, 1), changedAt: at }),
    ({ store }) =>
      store.put(REPORT, text, { modifiedAt: at, changedAt: later }),
  ];
  for (const change of changes) {
    const world = panickedWorld();
    start(world);
    change(world);
    assert.equal(start(world).reads, 1);
  }
});

Deno.test("another revision, a torn file and one that is none are read past", () => {
  // Kills: a cause that this program does not know any more, or knows better; a damaged file that opens the gate.
  const damages: readonly ((world: World) => void)[] = [
    ({ store }) => store.put(FILE, "\u0000\n{torn"),
    ({ store }) => store.put(FILE, ""),
    ({ store }) =>
      store.put(
        FILE,
        (store.text(FILE) ?? "").replace(/"revision":"../, '"revision":"x'),
      ),
    ({ store }) =>
      store.put(
        FILE,
        (store.text(FILE) ?? "").replace("prepare_count", "other_count"),
      ),
  ];
  for (const damage of damages) {
    const world = panickedWorld();
    const { panics } = start(world);
    damage(world);
    const again = start(world);
    assert.equal(again.reads, 1);
    assert.deepEqual(again.panics, panics);
    assert.equal(start(world).reads, 0, "written anew");
  }
});

Deno.test("a report that has just been written is read again: it may grow within one tick of the disk's clock", async () => {
  // Kills: the first half of a report for all of it.
  const world = new World();
  const { clock, store } = world;
  const at = addMs(clock.now(), -2_000);
  store.put(REPORT, panicText({ calendarAt: at }), {
    modifiedAt: at,
    changedAt: at,
  });
  assert.equal(start(world).reads, 1);
  assert.equal(start(world).reads, 1);
  await clock.advance(1);
  assert.equal(start(world).reads, 1);
  assert.equal(start(world).reads, 0);
});

Deno.test("what is no whole kernel panic is never kept", () => {
  // Kills: "nothing known" that outlives the report's completion.
  for (
    const text of ["hello", '{"panicString":"panic(cpu 0 caller 0x1): cut']
  ) {
    const world = panickedWorld();
    const at = addMs(world.clock.now(), -2 * HOUR_MS);
    world.store.put(REPORT, text, { modifiedAt: at, changedAt: at });
    assert.equal(start(world).reads > 0, true);
    assert.equal(start(world).reads > 0, true);
  }
});

Deno.test("without a place, or on a full disk, reports are read each time", () => {
  // Kills: a gate that fails because its memory does.
  const world = panickedWorld();
  world.store.freeBytes = 0;
  const { panics } = start(world);
  assert.equal(panics.length, 1);
  assert.equal(start(world).reads, 1);
});
