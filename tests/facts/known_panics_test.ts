import assert from "node:assert/strict";
import { addMs, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import {
  readSettledHistory,
  type SettledPorts,
} from "../../lib/facts/known_panics.ts";
import type { FirstSeen } from "../../lib/facts/panic_history.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { panicText } from "../fakes/reports.ts";
import { REPORTS, World } from "../fakes/world.ts";

const QUERY = {
  folders: [{ path: REPORTS, isEvidence: true }],
  panicsWithinMs: 72 * HOUR_MS,
  abortsWithinMs: 0,
};

/** Ports of one program, with a ledger that answers `seen`; `loads` counts how often it was loaded. */
function portsOf(
  world: World,
  seen: FirstSeen,
): { readonly ports: SettledPorts; readonly loads: () => number } {
  let loads = 0;
  return {
    loads: () => loads,
    ports: {
      store: world.store,
      clock: world.clock,
      tables: FAILURE_TABLES,
      firstSight: new FirstSight(world.clock),
      memory: () => {
        loads += 1;
        return {
          firstSeen: () => seen,
          ingest: () => Promise.resolve({ appendedCount: 0, findings: [] }),
        };
      },
    },
  };
}

Deno.test("readSettledHistory() asks no memory where there is no panic", () => {
  // Kills: a usual gate that pays for the ledger.
  const { ports, loads } = portsOf(new World(), () => undefined);
  assert.deepEqual(readSettledHistory(ports, QUERY).panics, []);
  assert.equal(loads(), 0);
});

Deno.test("a date that lay ahead and has come to pass does not move a panic that is known for longer", () => {
  // Kills: a report dated an hour ahead that renews its hold an hour later (SAFETY T1).
  const world = new World();
  const seenAt = addMs(world.clock.now(), -3 * HOUR_MS);
  const dated = addMs(world.clock.now(), -HOUR_MS);
  world.store.put(`${REPORTS}/a.panic`, panicText({ calendarAt: dated }), {
    modifiedAt: dated,
  });
  const { ports } = portsOf(world, (path) => {
    assert.equal(path, `${REPORTS}/a.panic`);
    return seenAt;
  });
  const [panic] = readSettledHistory(ports, QUERY).panics;
  assert.equal(panic?.time.source, "first-seen");
  assert.ok(panic.time.at.equals(seenAt));
});

Deno.test("a panic that happened before it was seen keeps its own time, to the last sane millisecond", () => {
  // Kills: every panic dated by when somebody happened to look; a minute of tolerance that is none.
  const world = new World();
  const dated = addMs(world.clock.now(), -HOUR_MS);
  world.store.put(`${REPORTS}/a.panic`, panicText({ calendarAt: dated }), {
    modifiedAt: dated,
  });
  const at = (seenAt: Temporal.Instant): string | undefined => {
    const { ports } = portsOf(world, () => seenAt);
    const { panics } = readSettledHistory(ports, QUERY);
    return panics[0]?.time.at.toString();
  };
  assert.equal(at(dated), dated.toString());
  assert.equal(at(addMs(dated, -60_000)), dated.toString());
  const early = addMs(dated, -60_001);
  assert.equal(at(early), early.toString());
});

Deno.test("one that was first seen by this program yields to a memory that goes further back", () => {
  // Kills: a program's own first sight of a report dated 2036, which renews its hold at every start.
  const world = new World();
  world.store.put(
    `${REPORTS}/a.panic`,
    panicText({ calendarAt: Temporal.Instant.from("2036-01-01T00:00:00Z") }),
    {
      modifiedAt: Temporal.Instant.from("2036-01-01T00:00:00Z"),
      changedAt: Temporal.Instant.from("2036-01-01T00:00:00Z"),
    },
  );
  const seenAt = addMs(world.clock.now(), -5 * HOUR_MS);
  const { ports } = portsOf(world, () => seenAt);
  for (let start = 0; start < 2; start++) {
    const [panic] = readSettledHistory(ports, QUERY).panics;
    assert.ok(panic?.time.at.equals(seenAt), `${panic?.time.at}`);
  }
});
