import assert from "node:assert/strict";
import { createWorkerProcesses } from "../../../lib/adapters/mlx/worker_process.ts";
import type {
  WorkerMark,
  WorkerProcess,
} from "../../../lib/ports/worker_process.ts";
import { FakeClock } from "../../fakes/clock.ts";
import {
  type FakePipedChild,
  FakePipedChildren,
} from "../../fakes/piped_child.ts";

/** A client and, in place of Python, a test. */
class Scene {
  readonly clock = new FakeClock();
  readonly children = new FakePipedChildren();
  readonly marks: string[] = [];
  /** Answers each question. */
  mayGo = true;
  readonly worker: WorkerProcess;

  constructor() {
    const note = (how: string, mark: WorkerMark): void => {
      this.marks.push(`${how} ${mark.tag} ${mark.requestId}`);
    };
    this.worker = createWorkerProcesses(this.children, this.clock).start({
      python: "py",
      env: { A: "1" },
      onAsk: (mark) => {
        note("ask", mark);
        return Promise.resolve(this.mayGo);
      },
      onMark: (mark) => {
        note("mark", mark);
        return Promise.resolve();
      },
    });
  }

  get child(): FakePipedChild {
    const [child] = this.children.started;
    assert.ok(child !== undefined);
    return child;
  }

  say(message: unknown): void {
    this.child.print(`${JSON.stringify(message)}\n`);
  }

  /** Lets everything run that has something to read. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}

Deno.test("the interpreter gets its program only when it is let go, as one piece of the length that it was told", async () => {
  // Kills: a worker that begins before the lock names it (SAFETY L2); a program on a command line that everybody sees.
  const { child, worker } = new Scene();
  assert.equal(child.program, "py");
  assert.deepEqual(child.env, { A: "1" });
  assert.equal(child.args[0], "-c");
  assert.ok((child.args[1] ?? "").length < 300);
  assert.equal(child.args[3], "metal-guard-worker");
  assert.equal(child.written, "");
  const hello = worker.letGo();
  const length = new TextEncoder().encode(child.written).length;
  assert.equal(String(length), child.args[2]);
  assert.match(child.written, /^"""Owns MLX in a process of its own/);
  child.print("greetings\n");
  child.print('{"is":"hello","protocol":1,"pid":1,"python":"3.12.1"}\n');
  assert.deepEqual(await hello, { kind: "hello", python: "3.12.1" });
  child.finish(0);
  assert.match((await worker.end).stderrTail, /greetings/);
});

Deno.test("a worker of another protocol is ended", async () => {
  // Kills: two versions that misunderstand each other.
  const scene = new Scene();
  const hello = scene.worker.letGo();
  scene.say({ is: "hello", protocol: 2, pid: 1, python: "3" });
  const answer = await hello;
  assert.ok(answer.kind === "ended");
  assert.equal(answer.end.killedBecause, "it speaks protocol 2");
  assert.deepEqual(scene.child.signals, ["SIGKILL"]);
});

Deno.test("answers find their requests, in whatever order they come", async () => {
  // Kills: a reading that is taken for the end of a generate.
  const scene = new Scene();
  let text = "";
  const first = scene.worker.request({ do: "probe" }, (piece) => {
    text += piece;
  });
  const second = scene.worker.request({ do: "memory" });
  assert.deepEqual([first.id, second.id], [1, 2]);
  scene.say({ is: "token", id: 1, text: "a" });
  scene.say({ is: "done", id: 2, memory: { active: 1 } });
  scene.say({ is: "token", id: 9, text: "nobody's" });
  scene.say({ is: "error", id: 1, type: "E", message: "m" });
  scene.say({ is: "token", id: 1, text: "too late" });
  assert.equal((await second.reply).kind, "done");
  assert.deepEqual(await first.reply, {
    kind: "failed",
    pythonType: "E",
    message: "m",
  });
  await scene.settle();
  assert.equal(text, "a");
  scene.worker.cancel(1);
  assert.ok(scene.child.written.endsWith('{"id":1,"do":"cancel"}\n'));
  scene.child.finish(0);
  await scene.worker.end;
});

Deno.test("a question is answered once it was asked, and marks are worked off before what follows them", async () => {
  // Kills: a generate whose line is written after its end was told.
  const scene = new Scene();
  const request = scene.worker.request({ do: "probe" });
  scene.say({ is: "ask", id: 1, tag: "SUBPROC_PRE", meta: {} });
  await scene.settle();
  assert.ok(scene.child.written.endsWith('{"id":1,"do":"go"}\n'));
  scene.mayGo = false;
  scene.say({ is: "ask", id: 1, tag: "SUBPROC_PRE", meta: {} });
  await scene.settle();
  assert.ok(scene.child.written.endsWith('{"id":1,"do":"stop"}\n'));
  let isSettled = false;
  void request.reply.then(() => {
    isSettled = true;
  });
  scene.say({ is: "mark", id: 1, tag: "SUBPROC_POST", meta: {} });
  scene.say({ is: "done", id: 1 });
  await scene.settle();
  assert.equal(isSettled, true);
  assert.deepEqual(scene.marks, [
    "ask SUBPROC_PRE 1",
    "ask SUBPROC_PRE 1",
    "mark SUBPROC_POST 1",
  ]);
  scene.child.finish(0);
  await scene.worker.end;
});

Deno.test("a death ends every request, with the last words, also when somebody holds the pipes", async () => {
  // Kills: a request that waits for ever for the dead; a guard that waits for a grandchild.
  const scene = new Scene();
  const request = scene.worker.request({ do: "memory" });
  scene.child.print("last words\n", "stderr");
  await scene.settle();
  scene.child.finish(134, "SIGABRT", { keepsPipes: true });
  await scene.settle();
  await scene.clock.advance(100);
  const reply = await request.reply;
  assert.ok(reply.kind === "ended");
  assert.deepEqual(reply.end, {
    exitCode: 134,
    signal: "SIGABRT",
    stderrTail: "last words\n",
    because: undefined,
    killedBecause: undefined,
  });
  const later = await scene.worker.request({ do: "memory" }).reply;
  assert.equal(later.kind, "ended");
  scene.worker.kill("too late");
  assert.equal((await scene.worker.end).killedBecause, undefined);
});

Deno.test("a flood of lines that are none, and an answer without an end, end the worker", async () => {
  // Kills: a guard whose memory a model fills.
  const noisy = new Scene();
  noisy.child.print("x\n".repeat(1_000));
  await noisy.settle();
  assert.deepEqual(noisy.child.signals, []);
  noisy.child.print("x\n");
  await noisy.settle();
  assert.deepEqual(noisy.child.signals, ["SIGKILL"]);
  const endless = new Scene();
  const { id } = endless.worker.request({ do: "probe" });
  const text = "y".repeat(1 << 19);
  for (let piece = 0; piece < 128; piece++) {
    endless.say({ is: "token", id, text });
  }
  await endless.settle();
  assert.deepEqual(endless.child.signals, []);
  endless.say({ is: "token", id, text: "y" });
  const { killedBecause } = await endless.worker.end;
  assert.equal(killedBecause, "its answer has no end");
});
