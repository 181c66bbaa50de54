import assert from "node:assert/strict";
import { Cleanup } from "../../lib/layers/cleanup.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeLog } from "../fakes/log.ts";

function cleanupWith(alive = 0): {
  readonly cleanup: Cleanup;
  readonly clock: FakeClock;
  readonly log: FakeLog;
  readonly steps: string[];
} {
  const clock = new FakeClock();
  clock.autoAdvance = true;
  const log = new FakeLog();
  const steps: string[] = [];
  const cleanup = new Cleanup({
    clock,
    log,
    waitForTasks: () => {
      steps.push("wait");
      return Promise.resolve(alive);
    },
    breadcrumb: (tag) => {
      steps.push(tag);
      return Promise.resolve();
    },
  });
  return { cleanup, clock, log, steps };
}

Deno.test("the order is wait, breadcrumb, flush, pause", async () => {
  // Kills: a flush before the tasks have ended, a breadcrumb after the panic.
  const { cleanup, clock, steps } = cleanupWith();
  cleanup.register(() => {
    steps.push(`flush at ${clock.monotonicMs()}`);
    return Promise.resolve();
  });
  assert.deepEqual(await cleanup.run(), { flushed: true, alive: 0 });
  assert.deepEqual(steps, ["wait", "CLEANUP", "flush at 0"]);
  assert.deepEqual(clock.slept, [2_000]);
});

Deno.test("cleanup fails closed: while a task lives nothing is flushed, and it says how many", async () => {
  // Kills: memory that is taken from under a running generate.
  const { cleanup, steps } = cleanupWith(2);
  cleanup.register(() => {
    steps.push("flush");
    return Promise.resolve();
  });
  assert.deepEqual(await cleanup.run(), { flushed: false, alive: 2 });
  assert.deepEqual(await cleanup.flush(), { flushed: false, alive: 2 });
  assert.deepEqual(steps, ["wait", "wait"]);
});

Deno.test("a flush that fails is told, and the others are flushed all the same", async () => {
  // Kills: one dead worker that keeps everybody's memory.
  const { cleanup, log, steps } = cleanupWith();
  cleanup.register(() => Promise.reject(new Error("gone\u001b[2J")));
  const second = cleanup.register(() => {
    steps.push("second");
    return Promise.resolve();
  });
  assert.deepEqual(await cleanup.flush(), { flushed: false, alive: 0 });
  assert.deepEqual(steps, ["wait", "FLUSH", "second"]);
  assert.equal(log.messages[0]?.text, "a flush failed: gone [2J");
  second[Symbol.dispose]();
  await cleanup.flush();
  assert.deepEqual(steps.filter((step) => step === "second"), ["second"]);
});

Deno.test("a scope cleans up at its end, also when it fails", async () => {
  // Kills: an exception that leaves the memory where it is.
  const { cleanup, steps } = cleanupWith();
  await assert.rejects(async () => {
    await using _ = cleanup.scope();
    assert.deepEqual(steps, []);
    throw new Error("inside");
  }, /inside/);
  assert.deepEqual(steps, ["wait", "CLEANUP"]);
});
