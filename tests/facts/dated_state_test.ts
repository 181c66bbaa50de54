import assert from "node:assert/strict";
import { DecodeError } from "../../lib/core/error.ts";
import { epochSeconds, HOUR_MS } from "../../lib/core/instant.ts";
import {
  type DatedState,
  type DatedStateKind,
  readDatedState,
  setDamagedAside,
} from "../../lib/facts/dated_state.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const NOW = "2026-11-23T12:00:00Z";
const OLD = "2026-11-23T11:30:00Z";
const AHEAD = "2036-01-01T00:00:00Z";
const PATH = "/s/x.json";

const KIND: DatedStateKind<string> = {
  what: "test file",
  code: "test-file",
  decode: (text) => {
    if (text === "good") return text;
    throw new DecodeError("Cannot read the test file: bad");
  },
  fix: "mend it",
};

class Machine {
  readonly clock = new FakeClock(NOW);
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  readonly ports = {
    store: this.store,
    clock: this.clock,
    firstSight: new FirstSight(this.clock),
  };

  read(path: string | undefined = PATH): DatedState<string> {
    return readDatedState(this.ports, path, KIND);
  }
}

Deno.test("no file, no place and a folder that is a file hold nothing", () => {
  // Kills: a machine that never had the file, scolded or held.
  const machine = new Machine();
  assert.deepEqual(machine.read().damagedSince, undefined);
  assert.deepEqual(readDatedState(machine.ports, undefined, KIND).findings, []);
  machine.store.put("/f", "");
  assert.deepEqual(machine.read("/f/x.json").findings, []);
});

Deno.test("a good file is dated by its mtime, never later than now", () => {
  // Kills: an mtime of 2036 by which a hold would last for ten years (SAFETY T3).
  const machine = new Machine();
  machine.store.put(PATH, "good", { modifiedAt: OLD });
  const { value, writtenAt } = machine.read();
  assert.deepEqual([value, writtenAt?.toString()], ["good", OLD]);
  machine.store.put(PATH, "good", { modifiedAt: AHEAD, changedAt: OLD });
  assert.equal(machine.read().writtenAt?.toString(), OLD);
  machine.store.put(PATH, "good", { modifiedAt: AHEAD, changedAt: AHEAD });
  assert.equal(machine.read().writtenAt?.toString(), OLD, "settled before");
});

Deno.test("a date in the future does not come to pass", () => {
  // Kills: what was held once, held again on the day of its date (SAFETY T1).
  const machine = new Machine();
  machine.store.put(PATH, "bad", { modifiedAt: AHEAD, changedAt: AHEAD });
  assert.equal(machine.read().damagedSince?.toString(), NOW);
  machine.clock.setNow("2036-02-01T00:00:00Z");
  assert.notEqual(machine.read().damagedSince?.toString(), AHEAD);
});

Deno.test("what is torn, unreadable or no file fails closed: it is damaged, from its mtime", () => {
  // Kills: a torn file taken for an absent one (SAFETY H2).
  const modifiedAt = OLD;
  const ways: readonly ((store: MemoryFileStore) => MemoryFileStore)[] = [
    (store) => store.put(PATH, "bad", { modifiedAt }),
    (store) => store.put(PATH, "good", { modifiedAt, mode: 0 }),
    (store) => store.put(PATH, "x".repeat(2 ** 20 + 1), { modifiedAt }),
    (store) => store.putFolder(PATH, { modifiedAt }),
    (store) => store.putOther(PATH, { modifiedAt }),
    (store) => store.putFolder("/s", { modifiedAt, mode: 0 }),
  ];
  for (const [index, put] of ways.entries()) {
    const machine = new Machine();
    put(machine.store);
    const state = machine.read();
    assert.equal(state.damagedSince?.toString(), OLD, `way ${index}`);
    assert.notEqual(state.damage, undefined, `way ${index}`);
    assert.match(
      state.findings[0]?.fix ?? "",
      /^mend it\nIf that is refused:\n\$ sudo chown/,
    );
  }
});

Deno.test("set aside, its name carries the moment, and the moment holds on", () => {
  // Kills: a damaged file that is moved out of the way and forgotten.
  const machine = new Machine();
  machine.store.put(PATH, "bad", { modifiedAt: OLD });
  const seconds = epochSeconds(Temporal.Instant.from(NOW));
  const aside = `${PATH}.corrupt-${seconds}`;
  const findings = setDamagedAside(
    machine.ports,
    PATH,
    machine.read(),
    "test-file",
  );
  assert.match(findings[0]?.message ?? "", /corrupt-/);
  assert.equal(machine.store.text(aside), "bad");
  machine.clock.setNow("2026-11-23T13:00:00Z");
  const after = machine.read();
  assert.deepEqual([after.damagedSince?.toString(), after.setAside], [NOW, [
    aside,
  ]]);
  assert.equal(after.damage, undefined);
});

Deno.test("a good file beside an old damaged one is read, and the damage still dated", () => {
  // Kills: the newest word alone, by which a rewrite of the file shortens the hold.
  const machine = new Machine();
  const hourAgo = epochSeconds(machine.clock.now()) - HOUR_MS / 1_000;
  machine.store.put(`${PATH}.corrupt-${hourAgo}`, "bad");
  machine.store.put(`${PATH}.corrupt-nonsense`, "bad");
  machine.store.put(PATH, "good");
  const state = machine.read();
  assert.deepEqual(
    [state.value, state.damagedSince?.toString()],
    ["good", "2026-11-23T11:00:00Z"],
  );
});

Deno.test("what cannot be set aside is told; what somebody else moved is not", () => {
  // Kills: a full stop over a folder that may not be written; noise in a race.
  const machine = new Machine();
  machine.store.put(PATH, "bad");
  const state = machine.read();
  machine.store.readOnly = true;
  const [stuck] = setDamagedAside(machine.ports, PATH, state, "test-file");
  assert.equal(stuck?.code, "test-file-stuck");
  machine.store.readOnly = false;
  machine.store.remove(PATH);
  assert.deepEqual(
    setDamagedAside(machine.ports, PATH, state, "test-file"),
    [],
  );
});
