import type { ErrorClass } from "../core/failure.ts";
import { SECOND_MS } from "../core/instant.ts";
import type { GenerateOptions, WorkerMemory } from "../core/worker.ts";
import { unknownMemory } from "../core/worker_memory.ts";
import {
  WorkerCrashedError,
  WorkerFailedError,
  WorkerTimedOutError,
} from "../core/worker_error.ts";
import type { Clock } from "./clock.ts";
import { within } from "./patience.ts";
import type {
  WorkerAnswer,
  WorkerCommand,
  WorkerEnd,
  WorkerProcess,
  WorkerReply,
  WorkerRequest,
} from "./worker_process.ts";

/** With whom {@linkcode WorkerTalk} talks. */
export interface WorkerTalkSetup {
  /** The model, for messages. */
  readonly modelId: string;
  /** The process. */
  readonly process: WorkerProcess;
  /** Timeouts. */
  readonly clock: Clock;
  /** Class of a failure by its text. */
  readonly classify: (text: string) => ErrorClass | undefined;
}

/** What a generate came to. */
export interface GenerateTold {
  /** Its number. */
  readonly requestId: number;
  /** The text; of a cancelled one what there was. */
  readonly text: string;
  /** Why it ended. */
  readonly finish: string;
  /** Tokens of the prompt. */
  readonly promptTokens: number;
  /** Tokens of the answer. */
  readonly tokens: number;
  /** The process's memory right after it. */
  readonly memory: WorkerMemory;
}

/** Readings are counters in memory: who does not answer hangs. */
const READING_TIMEOUT_MS = 5 * SECOND_MS;
/** How long one that took too long may take to let itself be cancelled before it is killed. */
const CANCEL_GRACE_MS = 2 * SECOND_MS;

/** Talks to a worker's process with a limit on every wait, and turns its ends into typed errors. */
export class WorkerTalk {
  readonly #setup: WorkerTalkSetup;

  /** One process, one talk. */
  constructor(setup: WorkerTalkSetup) {
    this.#setup = setup;
  }

  /**
   * Lets the process begin and load its model. Who takes too long is killed.
   *
   * @param command The load.
   * @param timeoutMs For all of it, in milliseconds.
   * @throws {WorkerCrashedError} If it died.
   * @throws {WorkerFailedError} If its code failed.
   * @throws {WorkerTimedOutError} If it took too long.
   */
  async begin(
    command: WorkerCommand,
    timeoutMs: number,
  ): Promise<{ readonly python: string; readonly answer: WorkerAnswer }> {
    const { clock, process } = this.#setup;
    const startMs = clock.monotonicMs();
    const hello = await within(clock, timeoutMs, process.letGo());
    if (hello?.kind === "ended") throw this.#crash("load", hello.end);
    const leftMs = timeoutMs - (clock.monotonicMs() - startMs);
    const reply = hello === undefined
      ? undefined
      : await within(clock, leftMs, process.request(command).reply);
    if (hello === undefined || reply === undefined) {
      process.kill(`its model was not loaded within ${timeoutMs} ms`);
      throw this.#late("load", timeoutMs, false);
    }
    return { python: hello.python, answer: this.#unwrap(reply, "load") };
  }

  /**
   * Runs the model once.
   *
   * @param prompt The prompt.
   * @param options What goes with it; a callback that throws cancels it, and its error is thrown.
   * @param timeoutMs How long, in milliseconds.
   * @returns `idle` when the worker had just left by itself, so that nothing was begun.
   * @throws {WorkerCrashedError} If it died.
   * @throws {WorkerFailedError} If its code failed.
   * @throws {WorkerTimedOutError} If it took too long.
   */
  async generate(
    prompt: string,
    options: GenerateOptions,
    timeoutMs: number,
  ): Promise<GenerateTold | "idle"> {
    const { process } = this.#setup;
    const { signal, onText } = options;
    let text = "";
    let failure: { readonly error: unknown } | undefined;
    const command = generateCommand(prompt, options);
    const request = process.request(command, (piece) => {
      text += piece;
      try {
        onText?.(piece);
      } catch (error) {
        failure ??= { error };
        process.cancel(request.id);
      }
    });
    const cancel = (): void => process.cancel(request.id);
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted === true) cancel();
    try {
      const reply = await this.#reply(request, "run", timeoutMs);
      if (reply.kind === "ended" && reply.end.because === "idle") return "idle";
      const answer = this.#unwrap(reply, "run");
      if (failure !== undefined) throw failure.error;
      const { finish, promptTokens, tokens, memory } = answer;
      if (
        finish === undefined || promptTokens === undefined ||
        tokens === undefined
      ) throw this.#failed("run", "ValueError", "its answer has no figures");
      return {
        requestId: request.id,
        text,
        finish,
        promptTokens,
        tokens,
        memory: memory ?? unknownMemory("the worker did not say"),
      };
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /**
   * Asks for the worker's memory, or does something small to it and asks then. Never throws: what is not answered is
   * unknown.
   *
   * @param how What.
   * @param timeoutMs How long what waits for its turn may take, in milliseconds; a mere reading takes 5 s at most.
   */
  async readMemory(
    how: "memory" | "reset_peak" | "clear_cache",
    timeoutMs: number,
  ): Promise<WorkerMemory> {
    const { clock, process } = this.#setup;
    const ms = how === "memory" ? READING_TIMEOUT_MS : timeoutMs;
    const reply = await within(clock, ms, process.request({ do: how }).reply);
    if (reply === undefined) return unknownMemory("the worker does not answer");
    if (reply.kind === "ended") return unknownMemory("the worker has ended");
    return reply.kind === "failed"
      ? unknownMemory(reply.message)
      : reply.answer.memory ?? unknownMemory("the worker did not say");
  }

  /**
   * Has the GPU calculate something small.
   *
   * @returns How long that took, in milliseconds.
   * @throws {WorkerCrashedError} If it died.
   * @throws {WorkerFailedError} If the result was wrong.
   * @throws {WorkerTimedOutError} If it took too long.
   */
  async probe(timeoutMs: number): Promise<number> {
    const { clock, process } = this.#setup;
    const startMs = clock.monotonicMs();
    const request = process.request({ do: "probe" });
    this.#unwrap(await this.#reply(request, "probe", timeoutMs), "probe");
    return clock.monotonicMs() - startMs;
  }

  /**
   * Who takes too long is cancelled first, because a process that dies in the middle of GPU work is what panics are made
   * of; who does not let itself be cancelled is killed.
   */
  async #reply(
    request: WorkerRequest,
    doing: string,
    timeoutMs: number,
  ): Promise<WorkerReply> {
    const { clock, process } = this.#setup;
    const reply = await within(clock, timeoutMs, request.reply);
    if (reply !== undefined) return reply;
    process.cancel(request.id);
    const last = await within(clock, CANCEL_GRACE_MS, request.reply);
    if (last === undefined) process.kill(`no answer within ${timeoutMs} ms`);
    const isKept = last !== undefined && last.kind !== "ended";
    throw this.#late(doing, timeoutMs, isKept);
  }

  #unwrap(reply: WorkerReply, doing: string): WorkerAnswer {
    if (reply.kind === "done") return reply.answer;
    if (reply.kind === "ended") throw this.#crash(doing, reply.end);
    throw this.#failed(doing, reply.pythonType, reply.message);
  }

  #failed(
    doing: string,
    pythonType: string,
    message: string,
  ): WorkerFailedError {
    const { modelId, process } = this.#setup;
    return new WorkerFailedError({
      modelId,
      pid: process.pid,
      errorClass: this.#setup.classify(message),
      doing,
      pythonType,
      message,
    });
  }

  #crash(doing: string, end: WorkerEnd): WorkerCrashedError {
    const { modelId, process } = this.#setup;
    const errorClass = this.#setup.classify(end.stderrTail);
    return new WorkerCrashedError({
      ...end,
      modelId,
      pid: process.pid,
      errorClass,
      doing,
    });
  }

  #late(
    doing: string,
    timeoutMs: number,
    isWorkerKept: boolean,
  ): WorkerTimedOutError {
    const { modelId, process } = this.#setup;
    return new WorkerTimedOutError({
      modelId,
      pid: process.pid,
      doing,
      timeoutMs,
      isWorkerKept,
    });
  }
}

function generateCommand(
  prompt: string,
  options: GenerateOptions,
): WorkerCommand {
  return {
    do: "generate",
    prompt,
    system: options.system ?? "",
    maxTokens: options.maxTokens ?? 4_096,
    temperature: options.temperature ?? 0.3,
    images: options.images ?? [],
  };
}
