import assert from "node:assert/strict";
import {
  WorkerCrashedError,
  WorkerFailedError,
  WorkerTimedOutError,
} from "../../lib/core/worker_error.ts";
import { WorkerTalk } from "../../lib/ports/worker_talk.ts";
import { FakeClock } from "../fakes/clock.ts";
import { ANSWER, FakeWorkerProcess } from "../fakes/worker_process.ts";
import { failureOf } from "../fakes/worker_world.ts";

const LOAD = {
  do: "load",
  backend: "mlx-lm",
  modelId: "m",
  wired: "stock",
  firstSleepMs: null,
  idleMs: 1,
} as const;

class Scene {
  readonly clock = new FakeClock();
  readonly process = new FakeWorkerProcess(7, {
    python: "py",
    env: {},
    onAsk: () => Promise.resolve(true),
    onMark: () => Promise.resolve(),
  });
  readonly talk = new WorkerTalk({
    modelId: "org/m",
    process: this.process,
    clock: this.clock,
    classify: () => undefined,
  });
}

Deno.test("a load has one budget for hello and model together; who is late is killed", async () => {
  // Kills: a start that may take twice its time; a late one that goes on loading gigabytes.
  const scene = new Scene();
  scene.process.takes = ({ do: what }) => what === "load";
  const late = failureOf(scene.talk.begin(LOAD, 1_000));
  await scene.clock.advance(999);
  assert.deepEqual(scene.process.kills, []);
  await scene.clock.advance(1);
  const error = await late;
  assert.ok(error instanceof WorkerTimedOutError && !error.isWorkerKept);
  assert.equal(scene.process.kills.length, 1);
  const mute = new Scene();
  mute.process.takes = () => true;
  const failure = failureOf(mute.talk.begin(LOAD, 5));
  await mute.clock.advance(5);
  assert.ok(await failure instanceof WorkerTimedOutError);
});

Deno.test("a process that ends before its hello has crashed", async () => {
  // Kills: a wait for the time-out of a program that is gone.
  const scene = new Scene();
  scene.process.finish({ exitCode: 1, because: undefined });
  const error = await failureOf(scene.talk.begin(LOAD, 1_000));
  assert.ok(error instanceof WorkerCrashedError);
  assert.equal(error.exitCode, 1);
});

Deno.test("a generate that is late is cancelled, and only one that does not let itself be is killed", async () => {
  // Kills: a kill in the middle of GPU work where a word would have done.
  for (const answers of [true, false]) {
    const scene = new Scene();
    scene.process.takes = () => true;
    const error = failureOf(scene.talk.generate("x", {}, 500));
    await scene.clock.advance(500);
    assert.deepEqual(scene.process.cancelled, [1]);
    if (answers) scene.process.reply(1, { kind: "done", answer: ANSWER });
    await scene.clock.advance(1_999);
    assert.deepEqual(scene.process.kills, []);
    await scene.clock.advance(1);
    const late = await error;
    assert.ok(late instanceof WorkerTimedOutError);
    assert.equal(late.isWorkerKept, answers);
    assert.equal(scene.process.kills.length, answers ? 0 : 1);
  }
});

Deno.test("a generate without figures has failed, not produced nothing", async () => {
  // Kills: 0 tokens where the worker did not say how many.
  const scene = new Scene();
  scene.process.takes = () => true;
  const error = failureOf(scene.talk.generate("x", {}, 500));
  scene.process.reply(1, { kind: "done", answer: ANSWER });
  assert.ok(await error instanceof WorkerFailedError);
});

Deno.test("a signal cancels, also one that was given before; a worker that had just left says so", async () => {
  // Kills: a cancel that came between two turns and is lost; a crash where an idle worker left by itself.
  const scene = new Scene();
  scene.process.takes = () => true;
  const stop = new AbortController();
  stop.abort();
  const answer = scene.talk.generate("x", { signal: stop.signal }, 500);
  assert.deepEqual(scene.process.cancelled, [1]);
  scene.process.finish({ because: "idle" });
  assert.equal(await answer, "idle");
});

Deno.test("readings never throw", async () => {
  // Kills: a monitor that dies with the worker it watches.
  const scene = new Scene();
  const peak = await scene.talk.readMemory("reset_peak", 9);
  assert.equal(peak, ANSWER.memory);
  scene.process.takes = () => true;
  const late = scene.talk.readMemory("memory", 300_000);
  await scene.clock.advance(5_000);
  assert.equal((await late).activeBytes.kind, "unknown");
  const failed = scene.talk.readMemory("clear_cache", 9);
  const reply = { kind: "failed", pythonType: "E", message: "no GPU" } as const;
  scene.process.reply(3, reply);
  assert.deepEqual((await failed).cacheBytes, {
    kind: "unknown",
    because: "no GPU",
  });
  scene.process.finish();
  const gone = await scene.talk.readMemory("memory", 9);
  assert.equal(gone.peakBytes.kind, "unknown");
});

Deno.test("a probe says how long it took on our clock", async () => {
  // Kills: a time that a hanging worker measures of itself.
  const scene = new Scene();
  scene.process.takes = () => true;
  const took = scene.talk.probe(1_000);
  await scene.clock.advance(40);
  scene.process.reply(1, { kind: "done", answer: ANSWER });
  assert.equal(await took, 40);
});
