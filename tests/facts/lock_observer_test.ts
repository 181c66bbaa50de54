import assert from "node:assert/strict";
import { LockObserver } from "../../lib/facts/lock_observer.ts";
import { known } from "../../lib/core/observed.ts";
import { LOCK, LockWorld } from "../fakes/lock_world.ts";
import { FakeSystemFacts } from "../fakes/system_facts.ts";

function observer(world: LockWorld, sharedNonce?: string): LockObserver {
  const { clock, store, table } = world;
  const system = new FakeSystemFacts();
  system.pid = 900;
  const host = { readHost: () => Promise.resolve(world.host) };
  return new LockObserver({ clock, store, table, system, host }, sharedNonce);
}

Deno.test("LockObserver asks about itself once, and looks at nobody where nobody is written", async () => {
  // Kills: a program started for each look, which would cost more than the lock itself.
  const world = new LockWorld();
  world.table.start(900);
  const one = observer(world);
  for (let look = 0; look < 3; look++) {
    const { facts, reading } = await one.look(LOCK);
    assert.equal(reading.kind, "absent");
    assert.equal(facts.own.pid, 900);
  }
  assert.equal(world.table.reads, 0);
  world.store.put(LOCK, "torn");
  for (let look = 0; look < 3; look++) {
    const { facts } = await one.look(LOCK);
    assert.equal(facts.own.pid, 900);
    assert.equal(facts.own.host, "this-host");
  }
  assert.equal(world.table.reads, 1);
});

Deno.test("LockObserver looks only at processes whose state can matter", async () => {
  // Kills: a number of another machine looked up here; a program started by each try at a busy lock.
  const world = new LockWorld();
  world.table.start(900);
  world.table.start(311);
  const one = observer(world);
  await one.own();
  const reads = async (
    record: Readonly<Record<string, unknown>>,
    options: Parameters<LockObserver["look"]>[1] = {},
  ): Promise<number> => {
    world.putPython(311, record);
    const before = world.table.reads;
    await one.look(LOCK, options);
    return world.table.reads - before;
  };
  assert.equal(await reads({}), 1);
  assert.equal(await reads({ ["guard_pid"]: 300 }), 2);
  assert.equal(await reads({ nonce: "mine" }, { nonce: "mine" }), 0);
  assert.equal(await reads({ host: "other" }), 0);
  assert.equal(await reads({}, { isBusy: true }), 0);
  world.forgetHost();
  assert.equal(await reads({ host: "other" }), 0);
  const forgetful = observer(world);
  await forgetful.own();
  const before = world.table.reads;
  await forgetful.look(LOCK);
  assert.equal(world.table.reads - before, 1);
});

Deno.test("LockObserver walks up to who started us only where a nonce is shared or a signal may follow", async () => {
  // Kills: a hold shared with whoever knows the nonce's variable, or never shared.
  const world = new LockWorld();
  world.table.start(800, { parentPid: 1 });
  world.table.start(900, { parentPid: 800 });
  world.putPython(800, { nonce: "n1" });
  const shared = await observer(world, "n1").look(LOCK);
  assert.deepEqual(shared.facts.own.ancestors, [800, 1]);
  const other = await observer(world, "n2").look(LOCK);
  assert.deepEqual(other.facts.own.ancestors, []);
  const forced = await observer(world).look(LOCK, { wantsAncestors: true });
  assert.deepEqual(forced.facts.own.ancestors, [800, 1]);
});

Deno.test("LockObserver.bootedAt() is the first process's start, or nothing", async () => {
  // Kills: an unknown boot time taken for the beginning of time, which would prove every record.
  const world = new LockWorld();
  assert.equal(await observer(world).bootedAt(), undefined);
  world.table.start(1, {
    startedAt: Temporal.Instant.from("2026-01-01T00:00:00Z"),
  });
  assert.equal(
    (await observer(world).bootedAt())?.toString(),
    "2026-01-01T00:00:00Z",
  );
  world.host = known("this-host");
});
