import assert from "node:assert/strict";
import { Serial } from "../../lib/core/serial.ts";
import type {
  GenerateAnswer,
  GenerateOptions,
  MlxWorker,
} from "../../lib/core/worker.ts";
import { unknownMemory } from "../../lib/core/worker_memory.ts";
import { WorkerTimedOutError } from "../../lib/core/worker_error.ts";
import { ResourceTracker } from "../../lib/layers/resources.ts";
import { type SeatSession, WorkerSeat } from "../../lib/layers/worker_seat.ts";
import { FakeLog } from "../fakes/log.ts";
import { failureOf } from "../fakes/worker_world.ts";

const DONE: GenerateAnswer = {
  kind: "done",
  text: "hello",
  finish: "stop",
  promptTokens: 1,
  tokens: 1,
  memory: unknownMemory("a test"),
};

class FakeSession implements SeatSession {
  readonly pid: number;
  readonly facts = undefined;
  isOver = false;
  /** Whether its process is gone when it is over. */
  isGone = true;
  answers: (GenerateAnswer | { readonly kind: "idle" })[] = [];
  generate: SeatSession["generate"] = (_prompt, options: GenerateOptions) => {
    options.onText?.("he");
    options.onText?.("llo");
    const answer = this.answers.shift() ?? DONE;
    if (answer.kind === "idle") this.isOver = true;
    return Promise.resolve(answer);
  };

  constructor(pid: number) {
    this.pid = pid;
  }

  readMemory(): ReturnType<SeatSession["readMemory"]> {
    return Promise.resolve(unknownMemory(`memory of ${this.pid}`));
  }

  probe(timeoutMs: number): ReturnType<SeatSession["probe"]> {
    return Promise.resolve({ elapsedMs: timeoutMs });
  }

  shutdown(): Promise<void> {
    this.isOver = true;
    return Promise.resolve();
  }

  isClosedWithin(): Promise<boolean> {
    return Promise.resolve(this.isOver && this.isGone);
  }
}

class Scene {
  readonly sessions: FakeSession[] = [];
  readonly log = new FakeLog();
  readonly works: Promise<unknown>[] = [];
  readonly living = new Set<MlxWorker>();
  readonly seat: WorkerSeat;

  constructor(threshold = 4_000) {
    this.seat = new WorkerSeat({
      modelId: "org/m",
      open: () => {
        const session = new FakeSession(100 + this.sessions.length);
        this.sessions.push(session);
        return Promise.resolve(session);
      },
      crew: { turn: new Serial(), living: this.living },
      counter: new ResourceTracker({ threshold }),
      onWork: (work) => this.works.push(work),
      log: this.log,
      graceMs: 10,
    });
  }
}

Deno.test("a seat starts one process and keeps it, and another one when that has ended", async () => {
  // Kills: a model that is loaded at each call; a call that fails for ever after one crash.
  const { seat, sessions, living } = new Scene();
  assert.equal(seat.pid, undefined);
  await seat.start();
  await seat.generate("a");
  await seat.generate("b");
  assert.deepEqual([sessions.length, seat.pid], [1, 100]);
  assert.deepEqual([...living], [seat]);
  const [first] = sessions;
  assert.ok(first !== undefined);
  first.isOver = true;
  assert.equal(seat.pid, undefined);
  await seat.generate("c");
  assert.deepEqual([sessions.length, seat.pid], [2, 101]);
  await seat.shutdown();
  assert.equal(living.size, 0);
});

Deno.test("nobody sits down beside a process that is still on the GPU", async () => {
  // Kills: a second model in memory while the first one hangs in the driver.
  const { seat, sessions } = new Scene();
  await seat.start();
  const [first] = sessions;
  assert.ok(first !== undefined);
  first.isOver = true;
  first.isGone = false;
  assert.ok(await failureOf(seat.generate("a")) instanceof WorkerTimedOutError);
  assert.equal(sessions.length, 1);
  first.isGone = true;
  assert.equal((await seat.generate("a")).kind, "done");
});

Deno.test("a worker that had just left by itself is replaced, and the call goes through", async () => {
  // Kills: one lost call for each idle hour.
  const { seat, sessions } = new Scene();
  await seat.start();
  sessions[0]?.answers.push({ kind: "idle" });
  assert.equal((await seat.generate("a")).kind, "done");
  assert.equal(sessions.length, 2);
});

Deno.test("uses are counted, refusals are not, and a worn process is replaced at the threshold", async () => {
  // Kills: a restart one use too soon or too late; a new process that inherits the old one's wear.
  const { seat, sessions } = new Scene(2);
  await seat.start();
  const verdict = { kind: "refuse", reason: "x", wayOut: "y" } as const;
  sessions[0]?.answers.push({ kind: "refused", verdict, contextTokens: 9 });
  const pids: (number | undefined)[] = [];
  for (let use = 0; use < 6; use++) {
    await seat.generate("a");
    pids.push(seat.pid);
  }
  assert.deepEqual(pids, [100, 100, 100, 101, 101, 102]);
  assert.ok(sessions[0]?.isOver);
});

Deno.test("a stream gives each piece once, ends with its answer, and throws what went wrong", async () => {
  // Kills: the last piece lost; a refusal that looks like silence; a failure that ends a loop quietly.
  const { seat, sessions } = new Scene();
  assert.deepEqual(await Array.fromAsync(seat.stream("a")), ["he", "llo"]);
  const verdict = { kind: "refuse", reason: "x", wayOut: "y" } as const;
  sessions[0]?.answers.push({ kind: "refused", verdict, contextTokens: 9 });
  await assert.rejects(Array.fromAsync(seat.stream("a")), {
    name: "RefusedError",
    layer: "prefill",
  });
  const failure = new Error("crash");
  const [session] = sessions;
  assert.ok(session !== undefined);
  session.generate = () => Promise.reject(failure);
  await assert.rejects(Array.fromAsync(seat.stream("a")), failure);
});

Deno.test("to stop reading a stream cancels it, and the turn is over only when it has ended", async () => {
  // Kills: a generate that nobody reads and that goes on for its whole length.
  const { seat, sessions } = new Scene();
  await seat.start();
  const [session] = sessions;
  assert.ok(session !== undefined);
  let wasCancelled = false;
  session.generate = (_prompt, { signal, onText }) =>
    new Promise((resolve) => {
      onText?.("piece");
      signal?.addEventListener("abort", () => {
        wasCancelled = true;
        resolve({ ...DONE, kind: "cancelled" });
      });
    });
  for await (const piece of seat.stream("a")) {
    assert.equal(piece, "piece");
    break;
  }
  assert.equal(wasCancelled, true);
});

Deno.test("a seat answers for memory without a process, and starts none for it", async () => {
  // Kills: a dashboard that loads models.
  const { seat, sessions } = new Scene();
  for (
    const read of [
      seat.readMemory(),
      seat.resetPeakMemory(),
      seat.clearCache(),
    ]
  ) assert.equal((await read).activeBytes.kind, "unknown");
  assert.equal(sessions.length, 0);
  assert.deepEqual(await seat.probe({ timeoutMs: 5 }), { elapsedMs: 5 });
  assert.equal(sessions.length, 1);
});

Deno.test("options that make no sense are refused before anything is started", async () => {
  // Kills: 0 tokens, which mlx-lm takes for an error, and -1, which it takes for no limit.
  const { seat, sessions, works } = new Scene();
  for (
    const options of [
      { maxTokens: 0 },
      { maxTokens: -1 },
      { maxTokens: 1.5 },
      { temperature: -0.1 },
      { temperature: NaN },
      { timeoutMs: 0 },
    ]
  ) {
    await assert.rejects(seat.generate("a", options), { code: "usage" });
  }
  assert.deepEqual([sessions.length, works.length], [0, 0]);
  await seat.generate("a", { maxTokens: 1, temperature: 0 });
  assert.equal(works.length, 1);
});
