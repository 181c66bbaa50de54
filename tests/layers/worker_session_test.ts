import assert from "node:assert/strict";
import { MetalGuardError, RefusedError } from "../../lib/core/error.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import {
  WorkerCrashedError,
  WorkerFailedError,
  WorkerTimedOutError,
} from "../../lib/core/worker_error.ts";
import type { ProcessReading } from "../../lib/ports/process_table.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";
import { failureOf, WorkerWorld } from "../fakes/worker_world.ts";

const READY = "SUBPROCESS_WORKER: org/m ready, pid=3001";

Deno.test("a session asks gate and breaker, takes the lock, names the worker, marks the load, and only then lets it go", async () => {
  // Kills: MLX that begins while the record names a guard that may die (SAFETY L2, L8, R1).
  const scene = new WorkerWorld();
  const atGo: unknown[] = [];
  scene.processes.onStart = (process): void => {
    scene.world.table.start(process.pid, { parentPid: 900 });
    process.takes = (command): boolean => {
      if (command.do === "probe") {
        atGo.push(scene.world.record()?.["pid"], [...scene.asked]);
      }
      return false;
    };
  };
  const session = await scene.open();
  assert.deepEqual(atGo, [3_001, [
    "start",
    "mlx_subprocess_runner:org/m",
    "mark org/m",
  ]]);
  assert.equal(scene.world.record()?.["guard_pid"], 900);
  const { env } = scene.worker().options;
  assert.equal(env["A"], "1");
  assert.equal(env["METALGUARD_LOCK_NONCE"], scene.world.record()?.["nonce"]);
  assert.deepEqual(scene.crumbs, ["LOAD: org/m", READY]);
  assert.deepEqual(session.facts, {
    pid: 3_001,
    python: "3.12.0",
    versions: { mlx: "0.32.4" },
    patches: ["a_patch"],
  });
  await session.shutdown();
  assert.equal(scene.world.record(), undefined);
  assert.equal(scene.crumbs.length, 2, "an end that was asked for is no death");
});

Deno.test("nothing is started when gate, breaker or lock say no, and the lock is free after every failure", async () => {
  // Kills: a lock that is kept for a worker that is not there.
  const verdict = { kind: "refuse", reason: "x", wayOut: "y" } as const;
  const refused = new WorkerWorld({
    requireStart: () => Promise.reject(new RefusedError("gate", verdict)),
  });
  assert.ok(await failureOf(refused.open()) instanceof RefusedError);
  assert.deepEqual([refused.asked, refused.processes.started], [[], []]);

  const held = new WorkerWorld();
  held.world.table.start(311);
  held.world.putPython(311);
  assert.ok(await failureOf(held.open()) instanceof LockHeldError);
  assert.deepEqual(held.processes.started, []);

  const missing = new WorkerWorld();
  missing.processes.onStart = (): void => {
    throw new MetalGuardError("child-failed", "no python");
  };
  assert.ok(await failureOf(missing.open()) instanceof MetalGuardError);
  assert.equal(missing.world.record(), undefined);

  const failing = new WorkerWorld();
  failing.processes.onStart = (process): void => {
    process.takes = (command): boolean => {
      if (command.do !== "load") return false;
      const { pid } = process;
      queueMicrotask(() =>
        process.reply(1, {
          kind: "failed",
          pythonType: "ValueError",
          message: `no model ${pid}`,
        })
      );
      return true;
    };
  };
  const error = await failureOf(failing.open());
  assert.ok(error instanceof WorkerFailedError);
  assert.deepEqual(failing.worker().kills, ["its start failed"]);
  assert.equal(failing.world.record(), undefined);
});

Deno.test("a generate is written down before it begins and after it has ended", async () => {
  // Kills: a panic of which the log knows nothing.
  const scene = new WorkerWorld();
  const session = await scene.open();
  const texts: string[] = [];
  const answer = await session.generate("hi", {
    maxTokens: 5,
    onText: (text) => {
      assert.equal(scene.crumbs.at(-1), "SUBPROC_PRE: org/m");
      texts.push(text);
    },
  });
  assert.ok(answer.kind === "done");
  assert.deepEqual([answer.text, answer.tokens, texts], [
    "hello",
    2,
    ["he", "llo"],
  ]);
  assert.deepEqual(scene.crumbs.slice(2), [
    "SUBPROC_PRE: org/m",
    "SUBPROC_POST: org/m",
  ]);
  const command = scene.worker().commands.at(-1);
  assert.ok(command?.do === "generate");
  assert.deepEqual([command.temperature, command.system], [0.3, ""]);
  // A mark that belongs to nothing is nobody's.
  await scene.worker().post(9);
  assert.equal(scene.crumbs.length, 4);
});

Deno.test("too long a prompt is refused before it begins: by the worker's own limit, else by what is known of memory", async () => {
  // Kills: a limit that counts the prompt alone; a refusal that leaves an orphan in the log.
  const scene = new WorkerWorld({
    judgePrefill: (_, tokens) =>
      Promise.resolve(
        tokens > 50
          ? { kind: "refuse", reason: `${tokens}`, wayOut: "" }
          : { kind: "proceed", reason: "" },
      ),
  });
  const session = await scene.open({ maxContextTokens: 100 });
  const kinds: string[] = [];
  for (const maxTokens of [47, 48, 97, 98]) {
    const answer = await session.generate("hi", { maxTokens });
    kinds.push(
      answer.kind === "refused" ? answer.verdict.reason : answer.kind,
    );
  }
  assert.deepEqual(kinds, [
    "done",
    "51",
    "100",
    "101 tokens > 100 tokens, the limit of this worker",
  ]);
  const pres = scene.crumbs.filter((one) => one.startsWith("SUBPROC_PRE"));
  assert.equal(pres.length, 1);
  assert.ok(scene.crumbs.includes("PREFILL_GUARD: org/m"));
});

Deno.test("a death in the middle of a generate is a typed error, closes the log's line and frees the lock", async () => {
  // Kills: an orphan for ever; a lock that names a dead process.
  const scene = new WorkerWorld();
  const session = await scene.open();
  const worker = scene.worker();
  worker.takes = (): boolean => true;
  const error = failureOf(session.generate("hi", {}));
  assert.equal(await worker.ask(2, 10), true);
  const text =
    "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)";
  worker.finish({
    exitCode: 134,
    signal: "SIGABRT",
    because: undefined,
    stderrTail: text,
  });
  const crash = await error;
  assert.ok(crash instanceof WorkerCrashedError);
  assert.equal(crash.errorClass?.name, "cmd_buffer_oom");
  await scene.settle();
  assert.equal(await session.isClosedWithin(0), true);
  assert.equal(session.isOver, true);
  assert.deepEqual(scene.crumbs.slice(2), [
    "SUBPROC_PRE: org/m",
    "SIGABRT: org/m: no stack",
    "SUBPROCESS_WORKER: org/m ended by SIGABRT",
    "SUBPROC_POST: org/m",
  ]);
  assert.equal(scene.world.record(), undefined);
});

Deno.test("a worker that is asked to end and does not is killed after its grace; one that even then lives keeps the lock", async () => {
  // Kills: a shutdown without an end; a lock given away while a process waits inside the driver (SAFETY L3).
  const scene = new WorkerWorld();
  const session = await scene.open();
  const worker = scene.worker();
  worker.takes = (): boolean => true;
  worker.isMortal = false;
  const end = session.shutdown();
  await scene.settle();
  assert.equal(worker.commands.at(-1)?.do, "shutdown");
  await scene.world.clock.advance(9_999);
  assert.deepEqual(worker.kills, []);
  await scene.world.clock.advance(1);
  assert.equal(worker.kills.length, 1);
  await scene.world.clock.advance(10_000);
  await end;
  assert.notEqual(scene.world.record(), undefined);
  assert.match(scene.world.log.messages.at(-1)?.text ?? "", /does not end/);
  worker.finish({ exitCode: 137, signal: "SIGKILL", because: undefined });
  await scene.settle();
  assert.equal(await session.isClosedWithin(0), true);
  assert.equal(scene.world.record(), undefined);
});

Deno.test("the record is looked at every second; when somebody else has replaced it the worker ends", async () => {
  // Kills: two programs on the GPU for hours (SAFETY L2).
  const scene = new WorkerWorld();
  await scene.open();
  const worker = scene.worker();
  await scene.world.clock.advance(5_000);
  assert.equal(worker.commands.length, 1);
  scene.world.table.start(311);
  scene.world.putPython(311);
  await scene.world.clock.advance(1_000);
  assert.equal(worker.commands.at(-1)?.do, "shutdown");
  assert.equal(scene.world.record()?.["pid"], 311);
});

Deno.test("of several workers under one hold the record names one that lives", async () => {
  // Kills: a record that names a worker that is gone (SAFETY R4).
  const scene = new WorkerWorld();
  const first = await scene.open();
  const second = await scene.open();
  assert.equal(scene.world.record()?.["pid"], second.pid);
  await second.shutdown();
  assert.equal(scene.world.record()?.["pid"], first.pid);
  await first.shutdown();
  assert.equal(scene.world.record(), undefined);
});

Deno.test("what a worker has started is ended with it, and nobody else", async () => {
  // Kills: a stray program on the GPU; a KILL to whoever has got its number since.
  const scene = new WorkerWorld();
  const session = await scene.open();
  const { table } = scene.world;
  table.start(4_000, { parentPid: 3_001 });
  table.start(4_001, { parentPid: 3_001 });
  await scene.world.clock.advance(5_000);
  table.start(4_001, { parentPid: 1 });
  scene.worker().finish({ exitCode: 1, because: undefined });
  await scene.settle();
  assert.equal(await session.isClosedWithin(0), true);
  const killed = table.signals.filter((one) => one.signal === "SIGKILL");
  assert.deepEqual(killed.map(({ pid }) => pid), [4_000]);
});

Deno.test("a worker that was killed for its silence counts as over at once", async () => {
  // Kills: a next call that talks to the dying.
  const scene = new WorkerWorld();
  const session = await scene.open();
  const worker = scene.worker();
  worker.takes = (): boolean => true;
  worker.isMortal = false;
  const error = failureOf(session.generate("hi", { timeoutMs: 100 }));
  await scene.world.clock.advance(100);
  await scene.world.clock.advance(2_000);
  assert.equal(session.isOver, true);
  await scene.world.clock.advance(1_000);
  assert.ok(await error instanceof WorkerTimedOutError);
});

Deno.test("a worker that dies before it is named leaves no record behind", async () => {
  // Kills: a record that comes back after it was given back, and names a dead process for ever.
  const table = new FakeProcessTable();
  const scene: WorkerWorld = new WorkerWorld({ table });
  scene.processes.onStart = (process): void => {
    process.takes = (): boolean => true;
  };
  table.read = async (): Promise<ProcessReading> => {
    scene.worker().finish({ exitCode: 1, because: undefined });
    await scene.settle();
    assert.equal(scene.world.record(), undefined);
    return { kind: "gone" };
  };
  assert.ok(await failureOf(scene.open()) instanceof WorkerCrashedError);
  assert.equal(scene.world.record(), undefined);
});
