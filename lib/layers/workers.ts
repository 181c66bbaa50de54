import { MetalGuardError, RefusedError } from "../core/error.ts";
import { Serial } from "../core/serial.ts";
import type {
  GenerateAnswer,
  GenerateOptions,
  MlxWorker,
  WorkerOptions,
  WorkerPool,
} from "../core/worker.ts";

/** A worker that has yet to be started. */
export interface StartableWorker extends MlxWorker {
  /** Starts its process and loads its model. */
  start(): Promise<void>;
}

/** What all workers of one guard share. */
export interface WorkerCrew {
  /** Whose turn it is on the GPU (SAFETY R4). */
  readonly turn: {
    /** Runs a step when all before it have ended. */
    run<T>(step: () => T | Promise<T>): Promise<T>;
  };
  /** Those that have a process. */
  readonly living: Set<MlxWorker>;
}

/** Makes workers. */
export type MakeWorker = (
  modelId: string,
  options: WorkerOptions,
  crew: WorkerCrew,
) => StartableWorker;

/** How {@linkcode Workers.call} starts its worker and what it tells it. */
export type CallOptions = WorkerOptions & GenerateOptions;

/** How {@linkcode Workers.pool} is made. */
export interface PoolOptions extends WorkerOptions {
  /** How many workers. @default 2 */
  readonly size?: number;
}

/** More processes that own MLX help nobody: they take turns. */
const MAX_POOL_SIZE = 16;

/**
 * Layer 7: MLX in processes of its own, so that what kills it leaves the guard and its program alive.
 *
 * Fails closed: a worker begins only under the GPU lock and with the gate's and the breaker's leave, and one that does not
 * answer is ended. All that it needs is loaded when it is first asked.
 */
export class Workers {
  readonly #load: () => Promise<MakeWorker>;
  readonly #crew: WorkerCrew = { turn: new Serial(), living: new Set() };

  /**
   * Made by the guard, once.
   *
   * @param load Loads what makes workers.
   */
  constructor(load: () => Promise<MakeWorker>) {
    this.#load = load;
  }

  /**
   * Starts a worker and loads its model.
   *
   * @param modelId Name on Hugging Face, or a folder.
   * @param options How.
   * @returns The worker; end it with `await using`.
   * @throws {RefusedError} If gate or breaker say no.
   * @throws {LockHeldError} If somebody else uses the GPU.
   * @throws {MetalGuardError} Code `child-failed`, if there is no such Python.
   * @throws {WorkerCrashedError} If it died before its model was loaded.
   * @throws {WorkerFailedError} If its model cannot be loaded.
   * @throws {WorkerTimedOutError} If that took too long.
   */
  async start(
    modelId: string,
    options: WorkerOptions = {},
  ): Promise<MlxWorker> {
    requireSane(options);
    const make = await this.#load();
    const worker = make(modelId, options, this.#crew);
    await worker.start();
    return worker;
  }

  /**
   * Starts a worker, runs its model once and ends it.
   *
   * @param modelId Name on Hugging Face, or a folder.
   * @param prompt The prompt.
   * @param options How, and what goes with the prompt.
   * @returns The text.
   * @throws {RefusedError} Also with layer `prefill`, when the prompt is too long. For the rest see
   *   {@linkcode Workers.start} and {@linkcode MlxWorker.generate}; a cancelled call throws the signal's reason.
   */
  async call(
    modelId: string,
    prompt: string,
    options: CallOptions = {},
  ): Promise<string> {
    const worker = await this.start(modelId, options);
    try {
      const answer = await worker.generate(prompt, options);
      if (answer.kind === "refused") {
        throw new RefusedError("prefill", answer.verdict);
      }
      if (answer.kind === "cancelled") options.signal?.throwIfAborted();
      return answer.text;
    } finally {
      await worker.shutdown();
    }
  }

  /**
   * Starts several workers of one model under one hold of the lock. They take turns on the GPU (SAFETY R4).
   *
   * @param modelId Name on Hugging Face, or a folder.
   * @param options How many, and how.
   * @throws As {@linkcode Workers.start}; then none of them lives.
   */
  async pool(modelId: string, options: PoolOptions = {}): Promise<WorkerPool> {
    const { size = 2, ...rest } = options;
    if (!Number.isSafeInteger(size) || size < 1 || size > MAX_POOL_SIZE) {
      throw new MetalGuardError(
        "usage",
        `A pool has from 1 to ${MAX_POOL_SIZE} workers: ${size}`,
      );
    }
    const workers: MlxWorker[] = [];
    try {
      while (workers.length < size) {
        workers.push(await this.start(modelId, rest));
      }
    } catch (error) {
      await endAll(workers);
      throw error;
    }
    return new TurnPool(workers);
  }

  /** Gives MLX's caches back in every worker, each after what it does now. Starts nothing. */
  async clearCaches(): Promise<void> {
    await Promise.all(
      [...this.#crew.living].map((worker) => worker.clearCache()),
    );
  }

  /** Ends every worker of this guard; each is asked first and killed after its grace. */
  async shutdownAll(): Promise<void> {
    await endAll([...this.#crew.living]);
  }
}

class TurnPool implements WorkerPool {
  readonly workers: readonly MlxWorker[];
  #next = 0;

  constructor(workers: readonly MlxWorker[]) {
    this.workers = workers;
  }

  async generate(
    prompt: string,
    options?: GenerateOptions,
  ): Promise<GenerateAnswer> {
    const worker = this.workers[this.#next++ % this.workers.length];
    if (worker === undefined) {
      throw new MetalGuardError("usage", "A pool has at least one worker");
    }
    return await worker.generate(prompt, options);
  }

  async shutdown(): Promise<void> {
    await endAll(this.workers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }
}

async function endAll(workers: readonly MlxWorker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.shutdown()));
}

function requireSane(options: WorkerOptions): void {
  const { wired, maxContextTokens, coldRestartAfter } = options;
  const counts = [
    typeof wired === "number" ? wired : undefined,
    maxContextTokens,
    coldRestartAfter,
  ].filter((one) => one !== undefined);
  const spans = [
    options.loadTimeoutMs,
    options.generateTimeoutMs,
    options.idleMs,
    options.shutdownGraceMs,
  ].filter((one) => one !== undefined);
  const isSane = counts.every((one) => Number.isSafeInteger(one) && one >= 1) &&
    spans.every((one) => one > 0);
  if (isSane) return;
  throw new MetalGuardError(
    "usage",
    "Cannot start a worker: its counts are whole numbers from 1, its times more than 0",
  );
}
