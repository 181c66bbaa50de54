import assert from "node:assert/strict";
import type { GenerateOptions, MlxWorker } from "../../lib/core/worker.ts";
import {
  WorkerCrashedError,
  WorkerTimedOutError,
} from "../../lib/core/worker_error.ts";
import { isAlive, MlxPlace } from "./mlx_place.ts";

/** Generates, does `strike` to the process at its second piece, and answers with the error and how long after. */
async function struck(
  worker: MlxWorker,
  strike: (pid: number) => void,
  options: GenerateOptions = {},
): Promise<{ readonly error: unknown; readonly afterMs: number }> {
  let atMs = 0;
  let pieces = 0;
  const error = await worker.generate("hello", {
    maxTokens: 2_000,
    ...options,
    onText: () => {
      if (++pieces !== 2 || worker.pid === undefined) return;
      atMs = performance.now();
      strike(worker.pid);
    },
  }).then(() => undefined, (reason: unknown) => reason);
  return { error, afterMs: performance.now() - atMs };
}

Deno.test("a worker that is killed in the middle of a generate is noticed within 200 ms, and the next call starts a new one", async () => {
  // Kills: a guard that waits for its timeout; a lock that the dead keep; an orphan line for one whose end is known.
  await using place = new MlxPlace();
  await using worker = await place.start("slow");
  const { pid } = worker;
  const { error, afterMs } = await struck(
    worker,
    (one) => Deno.kill(one, "SIGKILL"),
  );
  assert.ok(error instanceof WorkerCrashedError, `${error}`);
  assert.ok(afterMs <= 200, `${afterMs} ms`);
  assert.equal(error.signal, "SIGKILL");
  assert.equal(error.exitCode, 137);
  assert.equal(error.pid, pid);
  assert.equal(error.errorClass, undefined);
  assert.equal(error.recoveryHint, "unknown");
  assert.equal(worker.pid, undefined);
  const answer = await worker.generate("hello", { maxTokens: 3 });
  assert.equal(answer.kind, "done");
  assert.notEqual(worker.pid, pid);
  assert.deepEqual(place.asked, ["start", "start"], "R1: asked again");
  assert.equal(place.record()?.["pid"], worker.pid);
  const crumbs = place.crumbs();
  const pres = crumbs.filter((one) => one.startsWith("SUBPROC_PRE"));
  const posts = crumbs.filter((one) => one.startsWith("SUBPROC_POST"));
  assert.deepEqual([pres.length, posts.length], [2, 2]);
  assert.ok(posts[0]?.includes(`pid=${pid}`));
  assert.ok(posts[0]?.includes("error_class=unknown"));
});

Deno.test("a worker that aborts leaves its stack and its class behind", async () => {
  // Kills: an abort in a completion handler of which nobody knows where and why.
  await using place = new MlxPlace();
  await using worker = await place.start("metal");
  const { pid } = worker;
  const { error } = await struck(worker, () => {});
  assert.ok(error instanceof WorkerCrashedError, `${error}`);
  assert.equal(error.signal, "SIGABRT");
  assert.equal(error.exitCode, 134);
  assert.equal(error.errorClass?.name, "cmd_buffer_oom");
  assert.equal(error.recoveryHint, error.errorClass?.recoveryHint);
  assert.match(error.stderrTail, /Insufficient Memory/);
  assert.match(error.stderrTail, /Fatal Python error: Aborted/);
  assert.match(error.stderrTail, /in misbehave/);
  const abort = place.crumbs().find((one) => one.startsWith("SIGABRT: "));
  assert.match(abort ?? "", /: misbehave sitecustomize\.py:\d+ < /);
  assert.ok(abort?.includes(`pid=${pid}`));
  assert.ok(abort?.includes("error_class=cmd_buffer_oom"));
});

Deno.test("an abort from outside and a fault below Python are crashes too", async () => {
  // Kills: a guard that knows one signal only.
  await using place = new MlxPlace();
  await using worker = await place.start("slow");
  const aborted = await struck(worker, (pid) => Deno.kill(pid, "SIGABRT"));
  assert.ok(aborted.error instanceof WorkerCrashedError);
  assert.equal(aborted.error.signal, "SIGABRT");
  assert.match(aborted.error.stderrTail, /Fatal Python error: Aborted/);
  await using other = new MlxPlace();
  await using faulty = await other.start("segfault");
  const { error } = await struck(faulty, () => {});
  assert.ok(error instanceof WorkerCrashedError);
  assert.equal(error.signal, "SIGSEGV");
  assert.match(error.stderrTail, /Fatal Python error: Segmentation fault/);
});

Deno.test("a worker that hangs is killed, and the next call starts a new one", async () => {
  // Kills: a hang for ever; a worker that is left behind on the GPU with its lock given away.
  await using place = new MlxPlace();
  await using worker = await place.start("hang");
  const { pid } = worker;
  assert.ok(pid !== undefined);
  const { error } = await struck(worker, () => {}, { timeoutMs: 500 });
  assert.ok(error instanceof WorkerTimedOutError, `${error}`);
  assert.equal(error.timeoutMs, 500);
  assert.equal(error.isWorkerKept, false);
  assert.equal(await isAlive(pid), false);
  assert.equal(place.record(), undefined);
  const next = await worker.generate("hello", { maxTokens: 1 });
  assert.equal(next.kind, "done");
});

Deno.test("a worker that is stopped by a signal is killed at its timeout", async () => {
  // Kills: a guard that believes a process to be well because it is there.
  await using place = new MlxPlace();
  await using worker = await place.start("slow");
  // The first one compiles for MLX's CPU build, however long that takes.
  await worker.generate("hello", { maxTokens: 1 });
  let stopped: number | undefined;
  const { error } = await struck(
    worker,
    (pid) => {
      Deno.kill(pid, "SIGSTOP");
      stopped = pid;
    },
    // Long enough for the generate to begin on a machine that is busy.
    { timeoutMs: 10_000 },
  );
  assert.notEqual(stopped, undefined);
  assert.ok(error instanceof WorkerTimedOutError, `${error}`);
  assert.equal(error.isWorkerKept, false);
  assert.equal(worker.pid, undefined);
});

Deno.test("a generate that only takes too long is cancelled, and its worker is kept", async () => {
  // Kills: a model that is loaded anew after each long answer.
  await using place = new MlxPlace();
  await using worker = await place.start("slow");
  const { pid } = worker;
  const { error } = await struck(worker, () => {}, { timeoutMs: 1_000 });
  assert.ok(error instanceof WorkerTimedOutError, `${error}`);
  assert.equal(error.isWorkerKept, true);
  assert.equal(worker.pid, pid);
  const next = await worker.generate("hello", { maxTokens: 2 });
  assert.equal(next.kind, "done");
});

Deno.test("what a worker has started ends with it", async () => {
  // Kills: a program of a model's that outlives its worker and keeps the GPU (SAFETY L3).
  await using place = new MlxPlace();
  await using worker = await place.start("fork");
  await worker.generate("hello", { maxTokens: 3 });
  const child = Number(/^child (\d+)$/m.exec(place.trace().join("\n"))?.[1]);
  assert.ok(await isAlive(child));
  await worker.shutdown();
  assert.equal(await isAlive(child), false);
});
