import assert from "node:assert/strict";
import {
  createWorkerMaker,
  type WorkerDefaults,
} from "../../lib/compose/worker_maker.ts";
import type { WorkerOptions } from "../../lib/core/worker.ts";
import { Workers } from "../../lib/layers/workers.ts";
import { fakeEnv } from "../fakes/env.ts";
import type { FakeWorkerProcess } from "../fakes/worker_process.ts";
import { WorkerWorld } from "../fakes/worker_world.ts";

async function started(
  modelId: string,
  options: WorkerOptions = {},
  env: Readonly<Record<string, string>> = {},
  defaults: Partial<WorkerDefaults> = {},
): Promise<FakeWorkerProcess> {
  const scene = new WorkerWorld();
  const make = createWorkerMaker({
    ...scene.ports,
    processes: scene.processes,
    env: fakeEnv(env),
    onUse: () => {},
    onWork: () => {},
  }, {
    python: "python3",
    gemma4SleepMs: 3_000,
    coldRestartAfter: undefined,
    coldRestartEnabled: true,
    ...defaults,
  });
  await new Workers(() => Promise.resolve(make)).start(modelId, options);
  return scene.worker();
}

Deno.test("a worker gets the usual variables, a user's own value stays, and its caller's win", async () => {
  // Kills: a GPU time-out that a user has set on purpose and that we undo.
  const relax = "AGX_RELAX_CDM_CTXSTORE_TIMEOUT";
  const usual = await started("org/m");
  assert.equal(usual.options.env[relax], "1");
  assert.equal(usual.options.env["TOKENIZERS_PARALLELISM"], "false");
  assert.equal(usual.options.env["METALGUARD_SUBPROCESS_WORKER"], "1");
  const users = await started("org/m", {}, { [relax]: "0" });
  assert.ok(!(relax in users.options.env));
  const callers = await started("org/m", { env: { [relax]: "2" } });
  assert.equal(callers.options.env[relax], "2");
});

Deno.test("a worker is started by the defaults of SPEC 10, or as its caller says", async () => {
  // Kills: a default that differs from what is written.
  const usual = await started("org/m");
  assert.equal(usual.options.python, "python3");
  assert.deepEqual(usual.commands[0], {
    do: "load",
    backend: "mlx-lm",
    modelId: "org/m",
    wired: "stock",
    firstSleepMs: null,
    idleMs: 600_000,
  });
  const asked = await started("org/m", {
    backend: "mlx-vlm",
    python: "/py",
    wired: "off",
    idleMs: 5,
  });
  assert.equal(asked.options.python, "/py");
  assert.deepEqual(asked.commands[0], {
    do: "load",
    backend: "mlx-vlm",
    modelId: "org/m",
    wired: "off",
    firstSleepMs: null,
    idleMs: 5,
  });
});

Deno.test("a gemma-4 rests before its first generate, unless that is switched off", async () => {
  // Kills: a rest for every model; a switch that does nothing.
  const gemma = "mlx-community/gemma-4-31b-it-4bit";
  const rest = (process: FakeWorkerProcess): unknown => {
    const [load] = process.commands;
    return load?.do === "load" ? load.firstSleepMs : "no load";
  };
  assert.equal(rest(await started(gemma)), 3_000);
  const off = await started(gemma, {}, {}, { gemma4SleepMs: null });
  assert.equal(rest(off), null);
});
