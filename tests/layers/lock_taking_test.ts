import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import type { LockHold } from "../../lib/core/lock_hold.ts";
import type { LockHolds, LockTaking } from "../../lib/layers/lock_taking.ts";
import { FaultyFileStore } from "../fakes/faulty_file_store.ts";
import { LOCK, LockWorld } from "../fakes/lock_world.ts";

async function had(taker: LockTaking, label = "x"): Promise<LockHold> {
  const attempt = await taker.attempt(LOCK, label);
  assert.equal(attempt.kind, "had", JSON.stringify(attempt));
  assert.ok(attempt.kind === "had");
  return attempt.hold;
}

async function conflict(taker: LockTaking): Promise<string> {
  const attempt = await taker.attempt(LOCK, "x");
  assert.ok(attempt.kind === "conflict", "it was had");
  return attempt.verdict.state;
}

Deno.test("LockTaking writes a record that names us, and takes it away again", async () => {
  // Kills: a record that the Python tool cannot read; one that stays behind; the side file unlinked (L1).
  const world = new LockWorld();
  world.table.start(900, { args: ["python3", "--api-key", "s3cret", "x.py"] });
  const { taker } = world.process(900);
  const hold = await had(taker, "bench");
  assert.equal(hold.kind, "held");
  assert.deepEqual(hold.environment, { METALGUARD_LOCK_NONCE: "nonce-1" });
  assert.deepEqual(world.record(), {
    pid: 900,
    label: "bench",
    ["started_at"]: "2026-01-01T12:00:00Z",
    cmdline: "python3 --api-key *** x.py",
    ["guard_pid"]: 900,
    ["start_token"]: "proc:1",
    ["boot_session_uuid"]: "11111111-2222-4333-8444-555555555555",
    nonce: "nonce-1",
    host: "this-host",
    ["guard_start_token"]: "proc:1",
  });
  assert.equal(world.store.mode(LOCK), 0o600);
  await hold[Symbol.asyncDispose]();
  assert.equal(world.record(), undefined);
  assert.equal(world.store.text(`${LOCK}.flock`), "");
  assert.deepEqual(world.log.messages, []);
});

Deno.test("LockTaking counts its holds: an isolate shares with itself, another thread does not", async () => {
  // Kills: a benchmark that waits for its own worker; two threads of one process on the GPU (L5).
  const world = new LockWorld();
  world.table.start(900);
  const holds: LockHolds = new Map();
  const { taker } = world.process(900, { holds });
  const sibling = world.process(900, { holds }).taker;
  const thread = world.process(900).taker;
  const [outer, inner] = await Promise.all([had(taker), had(sibling)]);
  assert.equal(outer.nonce, inner.nonce);
  assert.equal(await conflict(thread), "held");
  await outer[Symbol.asyncDispose]();
  await outer[Symbol.asyncDispose]();
  assert.equal(world.record()?.["pid"], 900);
  assert.equal(await conflict(thread), "held");
  await inner[Symbol.asyncDispose]();
  assert.equal(world.record(), undefined);
  const next = await had(thread);
  assert.equal(next.nonce, "nonce-2");
});

Deno.test("LockTaking honours a living Python holder, and heals a dead one", async () => {
  // Kills: a holder that takes no lock of the kernel's passed over; one that has died holding for ever.
  const world = new LockWorld();
  world.table.start(900);
  world.table.start(311);
  world.putPython(311);
  const { taker } = world.process(900);
  assert.equal(await conflict(taker), "held");
  assert.equal(world.record()?.["pid"], 311);
  world.table.makeZombie(311);
  const hold = await had(taker);
  assert.equal(world.record()?.["pid"], 900);
  await hold[Symbol.asyncDispose]();
  world.putPython(900);
  const again = await had(taker);
  assert.equal(again.kind, "held", "our own number that we do not count");
});

Deno.test("LockTaking reads back what it has written, and gives way to who wrote over it", async () => {
  // Kills: two holders when a Python tool, which has looked a moment before us, writes a moment after us.
  const world = new LockWorld();
  world.table.start(900);
  world.table.start(311);
  const { taker } = world.process(900);
  world.store.onEffect = (effect): void => {
    const isOurs = effect.kind === "names" &&
      effect.changes.some(({ name, node }) =>
        name === "gpu.lock" && node !== undefined
      );
    if (!isOurs) return;
    world.store.onEffect = undefined;
    world.putPython(311);
  };
  assert.equal(await conflict(taker), "held");
  assert.equal(world.store.onEffect, undefined, "it never wrote");
  assert.equal(world.record()?.["pid"], 311);
});

Deno.test("LockTaking fails closed: it keeps off what it cannot read, and moves garbage aside when it is old", async () => {
  // Kills: a record that is being written thrown away; garbage that locks for ever (L4).
  const world = new LockWorld();
  world.table.start(900);
  const { taker } = world.process(900);
  world.store.put(LOCK, "{half");
  assert.equal(await conflict(taker), "unknown-held");
  await world.clock.advance(29_999);
  assert.equal(await conflict(taker), "unknown-held");
  assert.equal(world.store.text(LOCK), "{half");
  await world.clock.advance(1);
  const hold = await had(taker);
  assert.equal(hold.kind, "held");
  const names = world.store.list("/home/locks").map(({ name }) => name);
  assert.ok(names.some((name) => name.startsWith("gpu.lock.corrupt-")));
  assert.equal(world.log.messages.length, 1);
});

Deno.test("LockTaking touches no folder, no link and nobody else's file", async () => {
  // Kills: a link's target taken away; somebody's record unlinked in a folder that all may write to.
  const world = new LockWorld();
  world.table.start(900);
  const { taker } = world.process(900);
  world.store.put("/secret", "{}").putLink(LOCK, "/secret");
  assert.equal(await conflict(taker), "obstacle");
  world.store.remove(LOCK);
  world.store.putFolder(LOCK);
  assert.equal(await conflict(taker), "obstacle");
  world.store.remove(LOCK);
  world.putPython(311);
  world.store.put(LOCK, world.store.text(LOCK) ?? "", {
    userId: 502,
    mode: 0o644,
  });
  await assert.rejects(
    taker.attempt(LOCK, "x"),
    (error) => error instanceof FileError && error.problem === "denied",
  );
  assert.equal(world.record()?.["pid"], 311);
  assert.equal(world.store.text("/secret"), "{}");
});

Deno.test("LockTaking lets a descendant of the guard join, and leaves the record to the guard", async () => {
  // Kills: a child that gives its parent's lock back (L6).
  const world = new LockWorld();
  world.table.start(400);
  world.table.start(900, { parentPid: 400 });
  const guard = await had(world.process(400).taker);
  const child = world.process(900, { sharedNonce: "nonce-1" }).taker;
  const joined = await had(child);
  assert.equal(joined.kind, "joined");
  assert.deepEqual(joined.environment, guard.environment);
  await joined.name({ pid: 900, startToken: undefined });
  assert.deepEqual(await joined.check(), { kind: "ours" });
  await joined[Symbol.asyncDispose]();
  assert.equal(world.record()?.["pid"], 400);
  const stranger = world.process(901, { sharedNonce: "nonce-1" }).taker;
  world.table.start(901);
  assert.equal(await conflict(stranger), "held");
});

Deno.test("a hold names the process that uses the GPU, and stays its own guard", async () => {
  // Kills: a record that still names the guard when it dies, so that a second program starts beside the child.
  const world = new LockWorld();
  world.table.start(900);
  const child = world.table.start(950, { parentPid: 900 });
  const hold = await had(world.process(900).taker);
  await hold.name({ ...child, commandLine: "python3 train.py" });
  const record = world.record();
  assert.equal(record?.["pid"], 950);
  assert.equal(record["guard_pid"], 900);
  assert.equal(record["start_token"], "proc:2");
  assert.equal(record["guard_start_token"], "proc:1");
  assert.equal(record["cmdline"], "python3 train.py");
  assert.deepEqual(await hold.check(), { kind: "ours" });
  await hold[Symbol.asyncDispose]();
  assert.equal(world.record(), undefined);
});

Deno.test("a hold that is looked at comes back where it was lost, and is lost where somebody lives in its place", async () => {
  // Kills: `rm` of the record frees the GPU; a Python that came in is overwritten and killed.
  const world = new LockWorld();
  world.table.start(900);
  world.table.start(311);
  const hold = await had(world.process(900).taker);
  world.store.remove(LOCK);
  assert.equal((await hold.check()).kind, "restored");
  assert.equal(world.record()?.["nonce"], "nonce-1");
  world.putPython(310);
  assert.equal((await hold.check()).kind, "restored");
  world.store.put(LOCK, "{half");
  assert.equal((await hold.check()).kind, "unclear");
  world.putPython(311);
  assert.equal((await hold.check()).kind, "lost");
  await assert.rejects(
    hold.name({ pid: 950, startToken: undefined }),
    { name: "LockHeldError" },
  );
  assert.equal(world.record()?.["pid"], 311);
  await hold[Symbol.asyncDispose]();
  assert.equal(world.record()?.["pid"], 311, "only what we hold is released");
  assert.match(world.log.messages.at(-1)?.text ?? "", /not ours any more/);
});

Deno.test("LockTaking.giveUp() gives up every count at once", async () => {
  // Kills: `release()` that leaves a nested hold's record behind.
  const world = new LockWorld();
  world.table.start(900);
  const { taker } = world.process(900);
  assert.equal(await taker.giveUp(LOCK), false);
  const first = await had(taker);
  await had(taker);
  assert.equal(await taker.giveUp(LOCK), true);
  assert.equal(world.record(), undefined);
  const next = await had(taker);
  await first[Symbol.asyncDispose]();
  assert.equal(world.record()?.["nonce"], next.nonce, "the old hold is void");
});

Deno.test("a taking that fails at any operation holds nothing, and the next one succeeds", async () => {
  // Kills: a kernel's lock that is kept after a full disk; a record without anybody behind it.
  const whole = new LockWorld();
  whole.table.start(900);
  const counting = new FaultyFileStore(whole.store);
  await had(whole.process(900, { store: counting }).taker);
  const count = counting.operations.length;
  assert.ok(count >= 8, counting.operations.join("\n"));
  for (let at = 0; at < count; at++) {
    const world = new LockWorld();
    world.table.start(900);
    world.table.start(901);
    const store = new FaultyFileStore(world.store, {
      at,
      problem: "disk-full",
    });
    const first = world.process(900, { store }).taker;
    const attempt = await first.attempt(LOCK, "x").catch((error) => error);
    if (attempt instanceof FileError) {
      const hold = await had(world.process(901).taker);
      assert.equal(hold.kind, "held", counting.operations[at]);
      await hold[Symbol.asyncDispose]();
    } else {
      assert.equal(attempt.kind, "had", counting.operations[at]);
      assert.equal(await conflict(world.process(901).taker), "held");
    }
  }
});

Deno.test("a hold that was given back brings no record back", async () => {
  // Kills: a look of every second that is under way when the worker ends, and leaves a record that nobody takes away.
  const world = new LockWorld();
  world.table.start(900);
  const hold = await had(world.process(900).taker);
  await hold[Symbol.asyncDispose]();
  assert.equal((await hold.check()).kind, "lost");
  await assert.rejects(
    async () => await hold.name({ pid: 900, startToken: undefined }),
    LockHeldError,
  );
  assert.equal(world.record(), undefined);
});
