import assert from "node:assert/strict";
import type { GenerateAnswer, GenerateOptions } from "../../lib/core/worker.ts";
import { unknownMemory } from "../../lib/core/worker_memory.ts";
import {
  type MakeWorker,
  type StartableWorker,
  type WorkerCrew,
  Workers,
} from "../../lib/layers/workers.ts";
import { failureOf, WorkerWorld } from "../fakes/worker_world.ts";

/** A worker that does nothing and writes down what it was told. */
class StubWorker implements StartableWorker {
  readonly modelId: string;
  readonly facts = undefined;
  readonly patches = [];
  pid: number | undefined;
  answer: GenerateAnswer = {
    kind: "done",
    text: "hello",
    finish: "stop",
    promptTokens: 1,
    tokens: 1,
    memory: unknownMemory("a test"),
  };
  readonly #crew: WorkerCrew;
  readonly #told: string[];

  constructor(modelId: string, crew: WorkerCrew, told: string[]) {
    this.modelId = modelId;
    this.#crew = crew;
    this.#told = told;
  }

  start(): Promise<void> {
    if (this.modelId === "bad") return Promise.reject(new Error("no model"));
    this.pid = 7;
    this.#crew.living.add(this);
    this.#told.push("start");
    return Promise.resolve();
  }

  generate(
    prompt: string,
    _options?: GenerateOptions,
  ): Promise<GenerateAnswer> {
    this.#told.push(`generate ${prompt}`);
    return prompt === "crash"
      ? Promise.reject(new Error("crashed"))
      : Promise.resolve(this.answer);
  }

  async *stream(): AsyncIterableIterator<string> {}

  readMemory(): ReturnType<StartableWorker["readMemory"]> {
    return Promise.resolve(unknownMemory("a test"));
  }

  resetPeakMemory(): ReturnType<StartableWorker["resetPeakMemory"]> {
    return this.readMemory();
  }

  clearCache(): ReturnType<StartableWorker["clearCache"]> {
    this.#told.push("clear");
    return this.readMemory();
  }

  probe(): ReturnType<StartableWorker["probe"]> {
    return Promise.resolve({ elapsedMs: 1 });
  }

  shutdown(): Promise<void> {
    this.pid = undefined;
    this.#crew.living.delete(this);
    this.#told.push("end");
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}

class Scene {
  readonly told: string[] = [];
  readonly made: StubWorker[] = [];
  loads = 0;
  readonly workers = new Workers(() => {
    this.loads++;
    return Promise.resolve<MakeWorker>((modelId, _options, crew) => {
      const worker = new StubWorker(modelId, crew, this.told);
      this.made.push(worker);
      return worker;
    });
  });
}

Deno.test("workers fails closed: a worker that cannot be named in the lock, or does not answer, is ended", async () => {
  // Kills: MLX that runs without a lock; one that hangs and keeps the GPU.
  const full = new WorkerWorld();
  const { store, table } = full.world;
  full.processes.onStart = ({ pid }): void => {
    table.start(pid, { parentPid: 900 });
    store.freeBytes = 0;
  };
  await failureOf(full.open());
  assert.equal(full.worker().isLetGo, false);
  assert.deepEqual(full.worker().kills, ["its start failed"]);
  const mute = new WorkerWorld();
  mute.processes.onStart = (process): void => {
    mute.world.table.start(process.pid);
    process.takes = (): boolean => true;
  };
  const failure = failureOf(mute.open());
  await mute.settle();
  await mute.world.clock.advance(120_000);
  await failure;
  assert.equal(mute.worker().kills.length, 1);
  assert.equal(mute.world.record(), undefined);
});

Deno.test("a call starts, runs and ends its worker, whatever comes of it", async () => {
  // Kills: a worker that a failed call leaves behind; an empty text in place of an error.
  const { told, workers } = new Scene();
  assert.equal(await workers.call("m", "hi"), "hello");
  assert.deepEqual(told.splice(0), ["start", "generate hi", "end"]);
  await assert.rejects(workers.call("m", "crash"), /crashed/);
  assert.deepEqual(told.splice(0), ["start", "generate crash", "end"]);
  await assert.rejects(workers.call("bad", "hi"), /no model/);
  assert.deepEqual(told, []);
});

Deno.test("a call that is refused or cancelled throws", async () => {
  // Kills: half a text that looks whole.
  const scene = new Scene();
  const verdict = { kind: "refuse", reason: "x", wayOut: "y" } as const;
  const answers: GenerateAnswer[] = [
    { kind: "refused", verdict, contextTokens: 9 },
    {
      kind: "cancelled",
      text: "he",
      finish: "cancelled",
      promptTokens: 1,
      tokens: 1,
      memory: unknownMemory("a test"),
    },
  ];
  const workers = new Workers(() =>
    Promise.resolve<MakeWorker>((modelId, _options, crew) => {
      const worker = new StubWorker(modelId, crew, scene.told);
      worker.answer = answers.shift() ?? worker.answer;
      return worker;
    })
  );
  await assert.rejects(workers.call("m", "hi"), { layer: "prefill" });
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(workers.call("m", "hi", { signal }), /enough/);
});

Deno.test("a pool starts all or none, and gives each its turn", async () => {
  // Kills: half a pool left behind; a pool whose second worker never works.
  const { made, told, workers } = new Scene();
  for (const size of [0, 17, 1.5]) {
    await assert.rejects(workers.pool("m", { size }), { code: "usage" });
  }
  await assert.rejects(workers.pool("bad", { size: 3 }), /no model/);
  assert.deepEqual(told, []);
  {
    await using pool = await workers.pool("m", { size: 2 });
    made.splice(0, 1);
    for (const prompt of ["a", "b", "c"]) await pool.generate(prompt);
    assert.equal(pool.workers.length, 2);
  }
  assert.deepEqual(told, [
    ...["start", "start", "generate a", "generate b", "generate c"],
    ...["end", "end"],
  ]);
});

Deno.test("shutdownAll() and clearCaches() reach every worker that lives and start nothing", async () => {
  // Kills: a worker that a program forgot and that outlives it.
  const { loads, told, workers } = new Scene();
  await workers.shutdownAll();
  await workers.clearCaches();
  assert.equal(loads, 0);
  await workers.start("a");
  const second = await workers.start("b");
  await second.shutdown();
  told.splice(0);
  await workers.clearCaches();
  await workers.shutdownAll();
  await workers.shutdownAll();
  assert.deepEqual(told, ["clear", "end"]);
});

Deno.test("options that make no sense are refused before anything is loaded", async () => {
  // Kills: a limit of NaN, which nothing ever exceeds.
  const scene = new Scene();
  for (
    const options of [
      { wired: -1 },
      { wired: 0.5 },
      { maxContextTokens: NaN },
      { coldRestartAfter: 0 },
      { loadTimeoutMs: 0 },
      { generateTimeoutMs: NaN },
      { idleMs: -5 },
      { shutdownGraceMs: 0 },
    ]
  ) {
    await assert.rejects(scene.workers.start("m", options), { code: "usage" });
  }
  assert.equal(scene.loads, 0);
  await scene.workers.start("m", { wired: "off", maxContextTokens: 1 });
});
