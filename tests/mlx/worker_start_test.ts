import assert from "node:assert/strict";
import { MetalGuardError, RefusedError } from "../../lib/core/error.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import {
  WorkerCrashedError,
  WorkerFailedError,
  WorkerTimedOutError,
} from "../../lib/core/worker_error.ts";
import { createRealLock } from "../torture/lock_run_guard.ts";
import { MlxPlace } from "./mlx_place.ts";

Deno.test("a model that cannot be loaded says why, and the lock is free again", async () => {
  // Kills: a lock that is kept after a failed load; a missing model that looks like a crash.
  await using place = new MlxPlace();
  const error = await place.workers.start(`${place.folder}/no-model`, {
    env: { ["HF_HUB_OFFLINE"]: "1" },
  }).then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof WorkerFailedError, `${error}`);
  assert.match(error.message, /^Cannot load .*no-model: /);
  assert.equal(place.record(), undefined);
  await using worker = await place.start();
  assert.equal(place.record()?.["pid"], worker.pid);
});

Deno.test("an interpreter that is none, and one that ends at once, are told apart", async () => {
  // Kills: a wait of two minutes for a program that is gone; ENOENT as a crash of MLX.
  await using place = new MlxPlace();
  await assert.rejects(
    place.start("", { python: `${place.folder}/python` }),
    (error) =>
      error instanceof MetalGuardError && error.code === "child-failed",
  );
  assert.equal(place.record(), undefined);
  const error = await place.start("", { python: "false" }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof WorkerCrashedError, `${error}`);
  assert.equal(error.exitCode, 1);
  assert.equal(place.record(), undefined);
});

Deno.test("a Python without MLX says so", async () => {
  // Kills: a traceback in place of a sentence.
  await using place = new MlxPlace();
  const error = await place.workers.start("model", { python: "python3" }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof WorkerFailedError, `${error}`);
  assert.equal(error.pythonType, "ModuleNotFoundError");
  assert.match(error.message, /No module named 'mlx'/);
});

Deno.test("garbage on standard output before the worker begins is no failure, a flood of it is", async () => {
  // Kills: a start-up file that greets, taken for a broken worker; a program that is no worker at all, waited for.
  await using place = new MlxPlace();
  await using worker = await place.start("greet");
  const answer = await worker.generate("hello", { maxTokens: 1 });
  assert.equal(answer.kind, "done");
  await worker.shutdown();
  const error = await place.start("babble").then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof WorkerCrashedError, `${error}`);
  assert.equal(error.signal, "SIGKILL");
  assert.match(error.stderrTail, /'is': 'done'/);
  const crumb = place.crumbs().findLast((one) =>
    one.startsWith("SUBPROCESS_WORKER")
  );
  assert.match(crumb ?? "", /its answers are not those of a worker/);
});

Deno.test("a start that takes too long is ended, and the lock is free again", async () => {
  // Kills: a load that hangs on the network for ever.
  await using place = new MlxPlace();
  await assert.rejects(
    place.start("mute", { loadTimeoutMs: 1_000 }),
    (error) => error instanceof WorkerTimedOutError && !error.isWorkerKept,
  );
  assert.equal(place.record(), undefined);
});

Deno.test("nothing is started while gate or breaker say no, or somebody else has the lock", async () => {
  // Kills: a respawn into the panic that the gate keeps away (SAFETY R1); two programs on the GPU.
  const verdict = {
    kind: "refuse",
    reason: "a panic",
    wayOut: "wait",
  } as const;
  const refused = new RefusedError("panic_cooldown", verdict);
  let mayStart = false;
  await using place = new MlxPlace({
    requireStart: () => mayStart ? Promise.resolve() : Promise.reject(refused),
  });
  await assert.rejects(place.start(), refused);
  assert.deepEqual([place.record(), place.crumbs()], [undefined, []]);
  mayStart = true;
  const worker = await place.start();
  const { pid = 0 } = worker;
  mayStart = false;
  Deno.kill(pid, "SIGKILL");
  while (worker.pid !== undefined) await new Promise((go) => setTimeout(go, 5));
  await assert.rejects(worker.generate("hello"), refused);
  mayStart = true;
  {
    // Another isolate's, as far as the lock goes: it shares neither hold nor kernel lock with ours.
    await using _ = await otherHolder(`${place.folder}/gpu.lock`);
    await assert.rejects(worker.generate("hello"), LockHeldError);
  }
  const answer = await worker.generate("hello", { maxTokens: 1 });
  assert.equal(answer.kind, "done");
});

/** Another process that has the lock. */
async function otherHolder(path: string): Promise<AsyncDisposable> {
  assert.equal((await createRealLock(path).lock.read()).state, "free");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("../torture/lock_run_guard.ts", import.meta.url).pathname,
      path,
      "never",
      "sleep",
      "60",
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  let said = "";
  while (!said.includes("step gone")) {
    const { value, done } = await reader.read();
    assert.ok(!done, said);
    said += new TextDecoder().decode(value);
  }
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGTERM");
      // To its end: a guard that cannot say its last word ends with an error.
      while (!(await reader.read()).done);
      await child.status;
    },
  };
}
