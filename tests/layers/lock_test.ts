import assert from "node:assert/strict";
import { known, type Observed } from "../../lib/core/observed.ts";
import { FileError, MetalGuardError } from "../../lib/core/error.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import { LOCK, LockWorld } from "../fakes/lock_world.ts";

/** A living Python holder, 311, and us, 900, on a machine that is an hour up. */
function contested(): LockWorld {
  const world = new LockWorld();
  world.table.start(1, {
    startedAt: Temporal.Instant.from("2026-01-01T11:00:00Z"),
  });
  world.table.start(900);
  world.table.start(311, {
    startedAt: Temporal.Instant.from("2026-01-01T11:58:00Z"),
  });
  return world.putPython(311);
}

function heldBy(
  pid: number | undefined,
  more: Partial<LockHeldError> = {},
): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof LockHeldError, String(error));
    assert.equal(error.holder?.pid, pid);
    for (const [key, value] of Object.entries(more)) {
      assert.equal(Reflect.get(error, key), value, key);
    }
    return true;
  };
}

Deno.test("Lock.acquire() throws with the holder when somebody else has it", async () => {
  // Kills: a second process on the GPU; a conflict that does not say whose it is.
  const world = contested();
  const { lock } = world.process(900);
  await assert.rejects(lock.acquire("x"), heldBy(311));
  assert.deepEqual(world.table.signals, []);
  assert.deepEqual(world.clock.slept, []);
});

Deno.test("Lock.acquire() fails closed: a process that cannot be looked at holds, and nothing is forced", async () => {
  // Kills: `ps` that fails taken for "nobody there".
  const world = contested();
  const { lock } = world.process(900);
  world.table.blindBecause = "ps is broken";
  await assert.rejects(lock.acquire("x"), heldBy(311));
  await assert.rejects(lock.acquire("x", { force: true }), heldBy(311));
  assert.deepEqual(world.table.signals, []);
});

Deno.test("Lock.acquire() waits as long as it was told, and says so once", async () => {
  // Kills: a wait without end, or one that gives up a poll early; a line for every poll.
  const world = contested();
  const { lock } = world.process(900);
  let told = 0;
  const onWait = (): number => ++told;
  await assert.rejects(
    lock.acquire("x", { waitMs: 5_000, onWait }),
    heldBy(311),
  );
  assert.equal(world.clock.monotonicMs(), 5_000);
  assert.equal(told, 1);
  assert.ok(world.clock.slept.length < 40, `${world.clock.slept.length} polls`);
  world.table.end(311);
  await using hold = await lock.acquire("x", { waitMs: 5_000 });
  assert.equal(hold.kind, "held");
  assert.equal(world.clock.monotonicMs(), 5_000, "free is had at once");
});

Deno.test("Lock.acquire() with force asks the holder to end, waits, and lets the GPU give its memory back", async () => {
  // Kills: a record taken away while its process lives; the next load into memory that is not yet free (SPEC 7).
  const world = contested();
  const { lock } = world.process(900);
  await using hold = await lock.acquire("x", { force: true });
  assert.equal(hold.kind, "held");
  assert.deepEqual(world.table.signals, [{ pid: 311, signal: "SIGTERM" }]);
  assert.deepEqual(world.clock.slept, [250, 8_000]);
  assert.equal(world.record()?.["pid"], 900);
});

Deno.test("Lock.acquire() with force goes on when the dead holder's GPU client is gone", async () => {
  // Kills: eight seconds for a GPU that is free at once; a load while the holder's client is still there (SPEC 7).
  const world = contested();
  let looks = 0;
  const readGpuPids = (): Promise<Observed<readonly number[]>> => {
    looks += 1;
    return Promise.resolve(known(looks < 3 ? [311] : [412]));
  };
  const { lock } = world.process(900, { readGpuPids });
  await using hold = await lock.acquire("x", { force: true });
  assert.equal(hold.kind, "held");
  assert.deepEqual(world.clock.slept, [250, 250, 250]);
});

Deno.test("Lock.acquire() with force polls every 250 ms and gives up at the limit, the record untouched", async () => {
  // Kills: an endless wait; a record unlinked while its process lives; SIGTERM at every poll.
  const world = contested();
  world.table.start(311, {
    startedAt: Temporal.Instant.from("2026-01-01T11:58:00Z"),
    onSignal: () => {},
  });
  const { lock } = world.process(900);
  await assert.rejects(
    lock.acquire("x", { force: true }),
    heldBy(311, { forceTimedOut: true, forcePermissionDenied: false }),
  );
  assert.equal(world.table.signals.length, 1);
  assert.equal(world.clock.slept.length, 120);
  assert.ok(world.clock.slept.every((ms) => ms === 250));
  assert.equal(world.record()?.["pid"], 311);
});

Deno.test("Lock.acquire() with force says when it may not signal", async () => {
  // Kills: 30 s of waiting for somebody who was never asked.
  const world = contested();
  world.table.start(311, {
    startedAt: Temporal.Instant.from("2026-01-01T11:58:00Z"),
    isForeign: true,
  });
  const { lock } = world.process(900);
  await assert.rejects(
    lock.acquire("x", { force: true }),
    heldBy(311, { forcePermissionDenied: true, forceTimedOut: false }),
  );
  assert.deepEqual(world.clock.slept, []);
});

Deno.test("Lock.acquire() with force never signals who is not proved to be the holder", async () => {
  // Kills: SIGTERM to the editor that has got a dead Python's number (SAFETY I2).
  for (
    const more of [
      { names: ["vim"] },
      { startedAt: Temporal.Instant.from("2026-01-01T11:59:03Z") },
    ]
  ) {
    const world = contested();
    world.table.start(311, {
      startedAt: Temporal.Instant.from("2026-01-01T11:58:00Z"),
      ...more,
    });
    const { lock } = world.process(900);
    await assert.rejects(lock.acquire("x", { force: true }), (error) => {
      assert.ok(error instanceof LockHeldError);
      assert.match(error.reason, /not forced: process 311/);
      return true;
    });
    assert.deepEqual(world.table.signals, []);
  }
});

Deno.test("Lock.acquire() with force asks the guard, then what the guard left behind, and never the next holder", async () => {
  // Kills: a child that outlives its guard keeps the lock for ever; whoever comes next is ended in its stead (L7).
  const world = new LockWorld();
  const guard = world.start(400);
  const child = world.table.start(450, { parentPid: 400 });
  world.table.start(900);
  const hold = await guard.acquire("pool");
  await hold.name(child);
  // Its guard dies by the signal and its kernel's lock with it.
  world.table.start(400, {
    startToken: { kind: "proc", value: "1" },
    onSignal: (_signal, table) => {
      table.end(400);
      world.store.remove(`${LOCK}.flock`);
    },
  });
  const { lock } = world.process(900);
  await using forced = await lock.acquire("x", { force: true });
  assert.equal(forced.kind, "held");
  assert.deepEqual(world.table.signals.map(({ pid }) => pid), [400, 450]);
  const third = contested();
  third.table.start(311, {
    startedAt: Temporal.Instant.from("2026-01-01T11:58:00Z"),
    onSignal: (_signal, table) => {
      table.end(311);
      table.start(312);
      third.putPython(312);
    },
  });
  await assert.rejects(
    third.process(900).lock.acquire("x", { force: true }),
    heldBy(312),
  );
  assert.deepEqual(third.table.signals.map(({ pid }) => pid), [311]);
});

Deno.test("Lock in observer mode warns and proceeds, and touches nothing", async () => {
  // Kills: an observer that refuses, signals, or writes over the holder's record.
  const world = contested();
  const { lock } = world.process(900, { isObserver: true });
  const before = world.store.text(LOCK);
  await using hold = await lock.acquire("x", { force: true });
  assert.equal(hold.kind, "observed");
  assert.deepEqual(hold.environment, {});
  assert.equal(world.store.text(LOCK), before);
  assert.deepEqual(world.table.signals, []);
  assert.match(world.log.messages[0]?.text ?? "", /would refuse/);
  world.store.remove(LOCK);
  world.store.putFolder(`${LOCK}.flock`);
  world.store.remove(`${LOCK}.flock`);
  world.store.putFolder(`${LOCK}.flock`);
  await using beside = await lock.acquire("x");
  assert.equal(beside.kind, "observed");
});

Deno.test("Lock without a place says so", async () => {
  // Kills: a lock in the root folder where HOME is not set.
  const world = new LockWorld();
  const { lock } = world.process(900, { path: undefined });
  assert.equal((await lock.read()).state, "obstacle");
  await assert.rejects(
    lock.acquire("x"),
    (error) => error instanceof MetalGuardError && error.code === "usage",
  );
});

Deno.test("Lock.read() tells who and how long, and writes nothing", async () => {
  // Kills: a status that heals, or that counts from a clock that was set back.
  const world = contested();
  const { lock } = world.process(900);
  const held = await lock.read();
  assert.equal(held.state, "held");
  assert.equal(held.elapsedMs, 60_000);
  assert.equal(held.path, LOCK);
  world.table.end(311);
  assert.equal((await lock.read()).state, "stale");
  assert.equal(world.record()?.["pid"], 311);
  world.clock.setNow("2025-01-01T00:00:00Z");
  assert.equal((await lock.read()).elapsedMs, 0);
  world.store.remove(LOCK);
  assert.deepEqual((await lock.read()).elapsedMs, null);
});

Deno.test("Lock.release() gives up ours, clears away the dead, and leaves the living", async () => {
  // Kills: `lock release` in a script frees a GPU that is in use.
  const world = contested();
  const { lock } = world.process(900);
  await assert.rejects(lock.release(), heldBy(311));
  assert.equal(world.record()?.["pid"], 311);
  world.table.end(311);
  assert.equal((await lock.release()).isReleased, true);
  assert.equal(world.record(), undefined);
  assert.equal((await lock.release()).isReleased, false);
  await lock.acquire("x");
  const { before, isReleased } = await lock.release();
  assert.equal(before.state, "ours");
  assert.equal(isReleased, true);
  assert.equal(world.record(), undefined);
  world.store.put(LOCK, "{half");
  await assert.rejects(lock.release({ force: true }), LockHeldError);
  await world.clock.advance(30_000);
  assert.equal((await lock.release()).isReleased, true);
});

Deno.test("Lock.release() with force ends the holder, but not whoever started us", async () => {
  // Kills: a program that frees the lock that is held for it, and so ends itself.
  const world = contested();
  const { lock } = world.process(900);
  assert.equal((await lock.release({ force: true })).isReleased, true);
  assert.deepEqual(world.table.signals.map(({ pid }) => pid), [311]);
  assert.equal(world.record(), undefined);
  const family = new LockWorld();
  await family.start(400).acquire("run");
  const child = family.start(900, { parentPid: 400, sharedNonce: "nonce-1" });
  for (const force of [false, true]) {
    await assert.rejects(child.release({ force }), heldBy(400));
  }
  const bare = family.start(901, { parentPid: 400 });
  await assert.rejects(bare.release({ force: true }), heldBy(400));
  assert.deepEqual(family.table.signals, []);
});

Deno.test("Lock.acquire() lets a broken disk through as what it is", async () => {
  // Kills: a full disk that looks like a conflict.
  const world = new LockWorld();
  world.store.freeBytes = 0;
  const lock = world.start(900);
  await assert.rejects(
    lock.acquire("x"),
    (error) => error instanceof FileError && error.problem === "disk-full",
  );
});
