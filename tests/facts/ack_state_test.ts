import assert from "node:assert/strict";
import { type AckState, readAck } from "../../lib/facts/ack_state.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore, type PutOptions } from "../fakes/file_store.ts";

const NOW = "2026-11-23T12:00:00Z";
const PATH = "/h/.metal-guard-ack";

function world(): {
  readonly clock: FakeClock;
  readonly store: MemoryFileStore;
  readonly read: () => AckState;
  readonly put: (options?: PutOptions) => void;
} {
  const clock = new FakeClock(NOW);
  const store = new MemoryFileStore({ clock });
  const ports = { store, clock, firstSight: new FirstSight(clock) };
  return {
    clock,
    store,
    read: () => readAck(ports, PATH),
    put: (options) => store.put(PATH, "", options),
  };
}

Deno.test("an empty file is an ack of its mtime", () => {
  // Kills: `touch ~/.metal-guard-ack` that does nothing.
  const { put, read } = world();
  put({ modifiedAt: "2026-11-23T11:00:00Z" });
  assert.deepEqual(read().findings, []);
  assert.equal(read().ackAt?.toString(), "2026-11-23T11:00:00Z");
});

Deno.test("no file, no folder and no place are no ack and no finding", () => {
  // Kills: a note on every machine where nobody ever acknowledged anything.
  const { clock, store, read } = world();
  const none = { ackAt: undefined, findings: [] };
  assert.deepEqual(read(), none);
  store.put("/h", "a HOME that is a file");
  assert.deepEqual(read(), none);
  const ports = { store, clock, firstSight: new FirstSight(clock) };
  assert.deepEqual(readAck(ports, undefined), none);
});

Deno.test("a time of 60 s ahead is believed, one millisecond more is not", () => {
  // Kills: an ack from 2036 that lifts every lockout (SAFETY T2).
  const { put, read } = world();
  put({ modifiedAt: "2026-11-23T12:01:00Z" });
  assert.equal(read().ackAt?.toString(), "2026-11-23T12:01:00Z");
  put({ modifiedAt: "2026-11-23T12:01:00.001Z" });
  assert.equal(read().ackAt, undefined);
  assert.deepEqual(read().findings.map((one) => one.code), [
    "ack-not-believed",
  ]);
});

Deno.test("an ack from the future stays none when its time has come", async () => {
  // Kills: an ack of last week that lifts the lockout of panics it could not know.
  const { clock, put, read } = world();
  // The clock was ahead when it was given, so the system's own stamp says the same.
  const modifiedAt = "2026-11-25T12:00:00Z";
  put({ modifiedAt, changedAt: modifiedAt });
  assert.equal(read().ackAt, undefined);
  await clock.advance(3 * 86_400_000);
  assert.equal(read().ackAt, undefined);
  put();
  assert.equal(read().ackAt?.toString(), clock.now().toString());
});

Deno.test("a time that was set by hand to the future is seen by a process that starts later", async () => {
  // Kills: a `touch -d` to next week that only a long-lived process would see through.
  const { clock, store, put } = world();
  put({ modifiedAt: "2026-11-25T12:00:00Z", changedAt: NOW });
  await clock.advance(3 * 86_400_000);
  const late = { store, clock, firstSight: new FirstSight(clock) };
  assert.equal(readAck(late, PATH).ackAt, undefined);
});

Deno.test("a folder, a FIFO and a file that cannot be looked at are no ack, and told", () => {
  // Kills: a throw, or a silent "go on", out of something else at that path.
  for (
    const put of [
      (store: MemoryFileStore) => store.putFolder(PATH),
      (store: MemoryFileStore) => store.putOther(PATH),
      (store: MemoryFileStore) => store.putLink(PATH, PATH),
      (store: MemoryFileStore) =>
        store.put(PATH, "").putFolder("/h", { mode: 0 }),
    ]
  ) {
    const { store, read } = world();
    put(store);
    assert.equal(read().ackAt, undefined);
    assert.equal(read().findings.length, 1);
    assert.ok(read().findings[0]?.fix?.includes("metal-guard ack"));
  }
});
