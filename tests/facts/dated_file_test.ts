import assert from "node:assert/strict";
import { addMs, epochSeconds } from "../../lib/core/instant.ts";
import {
  believedTime,
  type DatedFilePorts,
  foundAt,
  listAside,
  stateKey,
} from "../../lib/facts/dated_file.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const PATH = "/s/breaker.json";
const AHEAD = Temporal.Instant.from("2036-01-01T00:00:00Z");

class Machine implements DatedFilePorts {
  readonly clock = new FakeClock("2026-11-23T12:00:00Z");
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  readonly firstSight = new FirstSight(this.clock);

  believed(): string {
    const stat = this.store.stat(PATH);
    return believedTime(this, stat, stateKey(PATH, stat)).toString();
  }
}

Deno.test("believedTime() is the file's own, else when it changed, else the first sight, and never moves", async () => {
  // Kills: a date of 2036 that holds until then; a file that looks new each time it is looked at.
  const machine = new Machine();
  const hourAgo = addMs(machine.clock.now(), -3_600_000);
  machine.store.put(PATH, "x", { modifiedAt: hourAgo });
  assert.equal(machine.believed(), hourAgo.toString());
  machine.store.put(PATH, "x", { modifiedAt: AHEAD, changedAt: hourAgo });
  assert.equal(machine.believed(), hourAgo.toString());
  machine.store.put(PATH, "x", { modifiedAt: AHEAD, changedAt: AHEAD });
  const first = machine.believed();
  await machine.clock.advance(5_000);
  assert.equal(machine.believed(), first);
});

Deno.test("a time within a minute ahead counts as now", () => {
  // Kills: an age below zero.
  const machine = new Machine();
  const now = machine.clock.now();
  machine.store.put(PATH, "x", { modifiedAt: addMs(now, 60_000) });
  assert.equal(machine.believed(), now.toString());
});

Deno.test("listAside() finds what was set aside for this file, and foundAt() reads the moment from its name", () => {
  // Kills: another file's damage; a name without a number; a name dated 2036.
  const machine = new Machine();
  const found = addMs(machine.clock.now(), -60_000);
  const seconds = epochSeconds(found);
  machine.store.put(`${PATH}.corrupt-${seconds}`, "x");
  machine.store.put(`${PATH}.corrupt-later`, "x");
  machine.store.put(`/s/other.json.corrupt-${seconds}`, "x");
  const [old, ...more] = listAside(machine.store, PATH);
  assert.ok(old !== undefined && more.length === 0);
  assert.ok(foundAt(machine, old).equals(found));
  const dated = { ...old, foundSeconds: epochSeconds(AHEAD) };
  assert.ok(foundAt(machine, dated).equals(machine.clock.now()));
  assert.deepEqual(listAside(machine.store, "/none/a.json"), []);
});
