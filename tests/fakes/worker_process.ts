import { known, unknown } from "../../lib/core/observed.ts";
import type {
  WorkerAnswer,
  WorkerCommand,
  WorkerEnd,
  WorkerHello,
  WorkerProcess,
  WorkerProcesses,
  WorkerReply,
  WorkerRequest,
  WorkerStart,
} from "../../lib/ports/worker_process.ts";

/** What a worker in memory answers when it has no more to say than its memory. */
export const ANSWER: WorkerAnswer = {
  memory: {
    activeBytes: known(10),
    peakBytes: known(20),
    cacheBytes: known(5),
    limitBytes: unknown("no Metal"),
  },
  versions: { mlx: "0.32.4" },
  patches: ["a_patch"],
  finish: undefined,
  promptTokens: undefined,
  tokens: undefined,
};

/** How a worker ends that was asked to. */
export const ENDED: WorkerEnd = {
  exitCode: 0,
  signal: null,
  stderrTail: "",
  because: "shutdown",
  killedBecause: undefined,
};

/** A worker in memory. It does as told at once, unless a test takes a command over. */
export class FakeWorkerProcess implements WorkerProcess {
  readonly pid: number;
  readonly options: WorkerStart;
  readonly end: Promise<WorkerEnd>;
  /** What it was told, in order. */
  readonly commands: WorkerCommand[] = [];
  /** Requests that were cancelled. */
  readonly cancelled: number[] = [];
  /** Why it was killed. */
  readonly kills: string[] = [];
  /** Whether it has been let go. */
  isLetGo = false;
  /** Whether a kill ends it; one that waits inside a driver does not. */
  isMortal = true;
  /** Takes a command over: nothing is answered, and the test settles it later. */
  takes: (command: WorkerCommand) => boolean = () => false;
  /** Tokens of every prompt. */
  promptTokens = 3;
  readonly #ended = Promise.withResolvers<WorkerEnd>();
  readonly #pending = new Map<number, (reply: WorkerReply) => void>();
  readonly #texts = new Map<number, ((text: string) => void) | undefined>();
  #end: WorkerEnd | undefined;

  constructor(pid: number, options: WorkerStart) {
    this.pid = pid;
    this.options = options;
    this.end = this.#ended.promise;
  }

  letGo(): Promise<WorkerHello> {
    this.isLetGo = true;
    if (this.#end !== undefined) {
      return Promise.resolve({ kind: "ended", end: this.#end });
    }
    return this.takes({ do: "probe" })
      ? this.end.then((end) => ({ kind: "ended", end }))
      : Promise.resolve({ kind: "hello", python: "3.12.0" });
  }

  request(
    command: WorkerCommand,
    onText?: (text: string) => void,
  ): WorkerRequest {
    const id = this.commands.push(command);
    if (this.#end !== undefined) {
      return { id, reply: Promise.resolve({ kind: "ended", end: this.#end }) };
    }
    const { promise, resolve } = Promise.withResolvers<WorkerReply>();
    this.#pending.set(id, resolve);
    this.#texts.set(id, onText);
    if (!this.takes(command)) void this.#do(id, command);
    return { id, reply: promise };
  }

  cancel(requestId: number): void {
    this.cancelled.push(requestId);
  }

  kill(because: string): void {
    if (this.#end !== undefined) return;
    this.kills.push(because);
    if (!this.isMortal) return;
    this.finish({
      exitCode: 137,
      signal: "SIGKILL",
      because: undefined,
      killedBecause: because,
    });
  }

  /** Asks before a generate, as a worker does. */
  ask(requestId: number, contextTokens: number): Promise<boolean> {
    const meta = { ctx: contextTokens };
    return this.options.onAsk({ requestId, tag: "SUBPROC_PRE", meta });
  }

  /** Tells the end of one. */
  post(requestId: number): Promise<void> {
    return this.options.onMark({ requestId, tag: "SUBPROC_POST", meta: {} });
  }

  /** Says a piece of an answer. */
  say(requestId: number, text: string): void {
    this.#texts.get(requestId)?.(text);
  }

  /** Settles a request. */
  reply(requestId: number, reply: WorkerReply): void {
    this.#pending.get(requestId)?.(reply);
    this.#pending.delete(requestId);
  }

  /** Ends it. */
  finish(more: Partial<WorkerEnd> = {}): void {
    if (this.#end !== undefined) return;
    const end = { ...ENDED, ...more };
    this.#end = end;
    this.#ended.resolve(end);
    for (const resolve of this.#pending.values()) {
      resolve({ kind: "ended", end });
    }
  }

  async #do(id: number, command: WorkerCommand): Promise<void> {
    if (command.do === "shutdown") {
      this.finish();
      return;
    }
    if (command.do !== "generate") {
      this.reply(id, { kind: "done", answer: ANSWER });
      return;
    }
    const figures = { ...ANSWER, promptTokens: this.promptTokens };
    const mayGo = await this.ask(id, this.promptTokens + command.maxTokens);
    if (!mayGo) {
      const answer = { ...figures, finish: "refused", tokens: 0 };
      this.reply(id, { kind: "done", answer });
      return;
    }
    this.say(id, "he");
    this.say(id, "llo");
    await this.post(id);
    const answer = { ...figures, finish: "stop", tokens: 2 };
    this.reply(id, { kind: "done", answer });
  }
}

/** Workers in memory. */
export class FakeWorkerProcesses implements WorkerProcesses {
  /** Every start, in order. */
  readonly started: FakeWorkerProcess[] = [];
  /** Called with each one at its start. */
  onStart: (process: FakeWorkerProcess) => void = () => {};
  #pid = 3_000;

  start(options: WorkerStart): FakeWorkerProcess {
    const process = new FakeWorkerProcess(++this.#pid, options);
    this.started.push(process);
    this.onStart(process);
    return process;
  }
}
