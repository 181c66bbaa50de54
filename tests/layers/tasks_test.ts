import assert from "node:assert/strict";
import { Tasks } from "../../lib/layers/tasks.ts";
import { FakeClock } from "../fakes/clock.ts";

Deno.test("tasks fails closed: a task lives until it has ended, by whatever end", async () => {
  // Kills: a rejected task that lives for ever, or one that takes the program down.
  const tasks = new Tasks(new FakeClock());
  const good = Promise.withResolvers<void>();
  const bad = Promise.withResolvers<void>();
  const first = tasks.register(good.promise, { label: "load" });
  const second = tasks.register(bad.promise, { label: "generate" });
  assert.deepEqual(tasks.labels, ["load", "generate"]);
  bad.reject(new Error("no"));
  await assert.rejects(second, /no/);
  assert.equal(tasks.alive, 1);
  good.resolve();
  await first;
  assert.equal(await tasks.wait(), 0);
  assert.equal(tasks.alive, 0);
});

Deno.test("a wait ends with its time and says how many live on", async () => {
  // Kills: a wait without an end for a task that hangs in the driver.
  const clock = new FakeClock();
  const tasks = new Tasks(clock);
  void tasks.register(new Promise(() => {}), { label: "hung" });
  const waiting = tasks.wait();
  await clock.advance(29_999);
  assert.equal(clock.sleeping, 1);
  await clock.advance(1);
  assert.equal(await waiting, 1);
});

Deno.test("a wait ends as soon as the last task has, and leaves no timer", async () => {
  // Kills: half a minute of waiting for nothing; a timer that keeps the program alive.
  const clock = new FakeClock();
  const tasks = new Tasks(clock);
  const task = Promise.withResolvers<void>();
  void tasks.register(task.promise, { label: "short" });
  const waiting = tasks.wait();
  task.resolve();
  assert.equal(await waiting, 0);
  assert.equal(clock.sleeping, 0);
});
