import assert from "node:assert/strict";
import { MetalGuardError } from "../../lib/core/error.ts";
import {
  WorkerCrashedError,
  WorkerFailedError,
  WorkerTimedOutError,
} from "../../lib/core/worker_error.ts";
import { classifyFailure } from "../../mod.ts";

const OOM =
  "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)";

Deno.test("WorkerCrashedError says how it ended, of what, and what to do", () => {
  // Kills: a crash that a caller can only tell by its words; a hint where nothing is known.
  const death = {
    modelId: "org/m",
    pid: 7,
    exitCode: 134,
    signal: "SIGABRT",
    stderrTail: OOM,
    doing: "run",
  };
  const errorClass = classifyFailure(OOM);
  const error = new WorkerCrashedError({ ...death, errorClass });
  assert.ok(error instanceof MetalGuardError);
  assert.equal(error.code, "worker-crashed");
  assert.match(
    error.message,
    /^Cannot run org\/m: its worker ended with SIGABRT \(cmd_buffer_oom: /,
  );
  assert.equal(error.recoveryHint, errorClass?.recoveryHint);
  const plain = new WorkerCrashedError({
    ...death,
    signal: null,
    exitCode: 3,
    errorClass: undefined,
  });
  assert.equal(
    plain.message,
    "Cannot run org/m: its worker ended with exit code 3",
  );
  assert.equal(plain.recoveryHint, "unknown");
});

Deno.test("WorkerTimedOutError says how long, and whether the worker lives on", () => {
  // Kills: a caller that starts a second worker beside one that is well.
  const timeout = { modelId: "m", pid: 7, doing: "run", timeoutMs: 500 };
  const kept = new WorkerTimedOutError({ ...timeout, isWorkerKept: true });
  assert.equal(kept.code, "worker-timed-out");
  assert.match(kept.message, /within 500 ms; the worker was cancelled and/);
  const killed = new WorkerTimedOutError({ ...timeout, isWorkerKept: false });
  assert.match(killed.message, /the worker was killed$/);
});

Deno.test("WorkerFailedError carries Python's own name and the class", () => {
  // Kills: an out-of-memory error in a worker that cannot be told from a typing mistake.
  const errorClass = classifyFailure(OOM);
  const error = new WorkerFailedError({
    modelId: "m",
    pid: 7,
    errorClass,
    doing: "run",
    pythonType: "RuntimeError",
    message: OOM,
  });
  assert.equal(error.code, "worker-failed");
  assert.equal(error.message, `Cannot run m: RuntimeError: ${OOM}`);
  assert.equal(error.errorClass?.name, "cmd_buffer_oom");
});
