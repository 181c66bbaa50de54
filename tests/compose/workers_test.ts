import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { known } from "../../lib/core/observed.ts";
import { RunningGuard } from "../../lib/compose/running.ts";
import { fakeEnv } from "../fakes/env.ts";
import { FakeWorkerProcesses } from "../fakes/worker_process.ts";
import { HOME, STATE, World } from "../fakes/world.ts";

const MODEL = `${HOME}/models/tiny`;

class Scene {
  readonly world = new World({ env: { METALGUARD_STATE_DIR: STATE } });
  readonly workers = new FakeWorkerProcesses();
  readonly guard: RunningGuard;

  constructor(limitGb = 48) {
    this.workers.onStart = ({ pid }): void => {
      this.world.table.start(pid, { args: ["python3"] });
    };
    this.world.table.start(this.world.system.pid, { args: ["guard"] });
    this.guard = new RunningGuard({
      ...this.world,
      env: fakeEnv(this.world.env),
      workers: this.workers,
      gpuMemory: () =>
        Promise.resolve({
          activeBytes: known(1 * GB),
          limitBytes: known(limitGb * GB),
          limitSource: "test",
        }),
    });
  }

  crumbs(): readonly string[] {
    return this.guard.breadcrumbs.tail(50).map((line) => line.slice(22));
  }
}

Deno.test("a guard's worker is under its lock, in its log, its cadence and its counts", async () => {
  // Kills: a worker beside the guard instead of in it.
  const scene = new Scene();
  const { guard, workers } = scene;
  await using worker = await guard.workers.start("org/m");
  assert.equal((await guard.lock.read()).holder?.pid, worker.pid);
  assert.equal((await guard.cadence.check("org/m")).kind, "wait");
  const before = guard.resources.snapshot().currentCount;
  const work = worker.generate("hi");
  assert.deepEqual(guard.tasks.labels, ["generate org/m"]);
  await work;
  assert.equal(guard.resources.snapshot().currentCount, before + 1);
  assert.equal(guard.tasks.alive, 0);
  const tags = scene.crumbs().map((line) => line.split(":", 1)[0]);
  assert.deepEqual(tags, [
    ...["LOAD", "SUBPROCESS_WORKER", "SUBPROC_PRE", "SUBPROC_POST"],
  ]);
  await guard.cleanup.flush();
  const [process] = workers.started;
  assert.equal(process?.commands.at(-1)?.do, "clear_cache");
});

Deno.test("a hold of the gate keeps workers from starting", async () => {
  // Kills: a worker that loads right after a panic (SAFETY R1).
  const { guard, workers } = new Scene();
  await guard.panicCooldown.hold(60_000);
  await assert.rejects(guard.workers.start("org/m"), {
    name: "RefusedError",
    layer: "panic_cooldown",
  });
  assert.deepEqual(workers.started, []);
});

Deno.test("a prefill is judged by the model's config.json and what is left of memory, and not at all without them", async () => {
  // Kills: a refusal of what fits; a prompt that takes more than there is.
  const config = {
    ["model_type"]: "llama",
    ["num_hidden_layers"]: 80,
    ["num_attention_heads"]: 64,
    ["num_key_value_heads"]: 8,
    ["hidden_size"]: 8_192,
    ["torch_dtype"]: "bfloat16",
    ["vocab_size"]: 128_256,
    ["intermediate_size"]: 28_672,
  };
  const ask = async (limitGb: number, hasConfig: boolean): Promise<string> => {
    const { guard, world } = new Scene(limitGb);
    if (hasConfig) {
      world.store.put(`${MODEL}/config.json`, JSON.stringify(config));
    }
    await using worker = await guard.workers.start(MODEL);
    const answer = await worker.generate("hi", { maxTokens: 100_000 });
    return answer.kind === "refused" ? answer.verdict.reason : answer.kind;
  };
  // 80 layers × 8 heads × 128 × 2 × 2 bytes = 327,680 bytes a token: 32.8 GB, and one step's mask of 0.4 GB.
  assert.equal(await ask(35, true), "done");
  assert.match(await ask(34, true), /^needs 33\.\d+ GB > 33\.00 GB/);
  assert.equal(await ask(34, false), "done");
});

Deno.test("a benchmark has a worker under the benchmark's own hold", async () => {
  // Kills: a scope that waits for its own lock.
  const { guard, workers, world } = new Scene();
  {
    await using bench = await guard.benchScope("org/m");
    assert.equal((await guard.lock.read()).holder?.label, "bench_scoped_load");
    assert.equal((await bench.worker.generate("hi")).kind, "done");
    // From here on it only waits.
    world.clock.autoAdvance = true;
  }
  assert.equal((await guard.lock.read()).state, "free");
  assert.equal(workers.started.length, 1);
});
