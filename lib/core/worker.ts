import type { Observed } from "./observed.ts";
import type { Verdict } from "./verdict.ts";

/** Which Python package runs the model; `mlx` is another word for `mlx-lm`. */
export type WorkerBackend = "mlx-lm" | "mlx" | "mlx-vlm";

/**
 * What a worker does about wired memory: `stock` leaves it to MLX, `off` makes `mx.set_wired_limit` do nothing in that
 * process, a number of bytes sets it once and for all.
 */
export type WiredPolicy = "stock" | "off" | number;

/** How a worker is started; everything has a default. */
export interface WorkerOptions {
  /** Which package runs the model. @default "mlx-lm" */
  readonly backend?: WorkerBackend;
  /** Interpreter: a path, or a name on PATH. @default `MLX_SAFE_PYTHON_BIN`, else `python3` */
  readonly python?: string;
  /** What is done about wired memory. @default "stock" */
  readonly wired?: WiredPolicy;
  /** Variables set on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Longest time of a start with its load, in milliseconds. @default 120_000 */
  readonly loadTimeoutMs?: number;
  /** Longest time of one generate, in milliseconds. @default 300_000 */
  readonly generateTimeoutMs?: number;
  /** How long a worker that is not used lives on, in milliseconds. @default 600_000 */
  readonly idleMs?: number;
  /** How long a worker may take to end when asked, before it is killed, in milliseconds. @default 10_000 */
  readonly shutdownGraceMs?: number;
  /** Uses after which it is started anew. @default `METALGUARD_COLD_RESTART_AFTER_N`, else 4000 */
  readonly coldRestartAfter?: number;
  /** Most tokens, prompt and answer together, that one generate may come to; unlimited by default. */
  readonly maxContextTokens?: number;
  /** How long to wait for the GPU lock, in milliseconds. @default 0 */
  readonly lockWaitMs?: number;
}

/** What {@linkcode MlxWorker.generate} is told beside the prompt. */
export interface GenerateOptions {
  /** Most tokens of the answer. @default 4096 */
  readonly maxTokens?: number;
  /** How much chance has a say. @default 0.3 */
  readonly temperature?: number;
  /** What the model is told before the prompt. @default "" */
  readonly system?: string;
  /** Pictures for `mlx-vlm`: paths or addresses, as that package takes them. */
  readonly images?: readonly string[];
  /** Longest time, in milliseconds. @default that of the worker */
  readonly timeoutMs?: number;
  /** Cancels it; the worker lives on. */
  readonly signal?: AbortSignal;
  /** Told each piece of text when it comes. */
  readonly onText?: (text: string) => void;
}

/** What a process that owns MLX says of its own memory, in bytes. */
export interface WorkerMemory {
  /** In use now. */
  readonly activeBytes: Observed<number>;
  /** Most that was in use since the start or the last reset. */
  readonly peakBytes: Observed<number>;
  /** Kept by MLX for reuse. */
  readonly cacheBytes: Observed<number>;
  /** Metal's recommended working set. */
  readonly limitBytes: Observed<number>;
}

/** How one generate ended. */
export type GenerateAnswer =
  | {
    readonly kind: "done" | "cancelled";
    /** The text; of a cancelled one what there was. */
    readonly text: string;
    /** Why the model stopped, in the backend's word, e.g. `stop` or `length`. */
    readonly finish: string;
    /** Tokens of the prompt. */
    readonly promptTokens: number;
    /** Tokens of the answer. */
    readonly tokens: number;
    /** The process's memory right after it. */
    readonly memory: WorkerMemory;
  }
  | {
    readonly kind: "refused";
    /** The inequality, in numbers. */
    readonly verdict: Exclude<Verdict, { kind: "proceed" }>;
    /** Tokens of the prompt and the most of the answer together. */
    readonly contextTokens: number;
  };

/** What a worker says of itself once its model is loaded. */
export interface WorkerFacts {
  /** Its process. */
  readonly pid: number;
  /** Version of its interpreter. */
  readonly python: string;
  /** Versions of mlx and of what runs the model, by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** Names of the defensive patches in force. */
  readonly patches: readonly string[];
}

/** What {@linkcode MlxWorker.probe} found: one small calculation that came out right. */
export interface WorkerProbe {
  /** How long it took, in milliseconds. */
  readonly elapsedMs: number;
}

/**
 * A model in a process of its own. Ending it with `await using` shuts it down. A worker that has died or was idle is
 * started anew by the next call, which asks gate, breaker and lock again.
 */
export interface MlxWorker extends AsyncDisposable {
  /** The model. */
  readonly modelId: string;
  /** Its process; `undefined` while there is none. */
  readonly pid: number | undefined;
  /** What it said of itself; `undefined` while there is no process. */
  readonly facts: WorkerFacts | undefined;
  /** Names of the defensive patches in force; none while there is no process. */
  readonly patches: readonly string[];
  /**
   * Runs the model once. Of all workers of a guard at most one does so at a time.
   *
   * @throws {WorkerCrashedError} If the process died.
   * @throws {WorkerTimedOutError} If it took too long.
   * @throws {WorkerFailedError} If the model's code failed; the worker lives on.
   * @throws {RefusedError} If gate or breaker keep it from being started anew.
   * @throws {LockHeldError} If somebody else uses the GPU.
   */
  generate(prompt: string, options?: GenerateOptions): Promise<GenerateAnswer>;
  /**
   * The same piece by piece. To stop reading cancels it.
   *
   * @throws {RefusedError} Also with layer `prefill`, when the prompt is too long.
   */
  stream(
    prompt: string,
    options?: GenerateOptions,
  ): AsyncIterableIterator<string>;
  /** Asks for the process's memory, also in the middle of a generate. Starts nothing: without a process all is unknown. */
  readMemory(): Promise<WorkerMemory>;
  /** Begins a new peak. Starts nothing. */
  resetPeakMemory(): Promise<WorkerMemory>;
  /** Waits for the GPU and gives MLX's cache back, after what runs now. Starts nothing. */
  clearCache(): Promise<WorkerMemory>;
  /** Has the GPU calculate something small. Starts the worker if need be. */
  probe(options?: { readonly timeoutMs?: number }): Promise<WorkerProbe>;
  /** Ends the process: asked first, killed after its grace. The next call would start it anew. */
  shutdown(): Promise<void>;
}

/** Several workers of one model under one hold of the lock. At most one of them generates at a time (SAFETY R4). */
export interface WorkerPool extends AsyncDisposable {
  /** Its workers. */
  readonly workers: readonly MlxWorker[];
  /** As {@linkcode MlxWorker.generate}, by the worker whose turn it is. */
  generate(prompt: string, options?: GenerateOptions): Promise<GenerateAnswer>;
  /** Ends all of them. */
  shutdown(): Promise<void>;
}

/**
 * A ready-made answer to memory pressure: the worker gives MLX's cache back, after what it does now.
 *
 * @param worker The worker.
 * @returns What `guard.watch.kvCache({ onPressure })` takes.
 */
export function clearCacheOnPressure(
  worker: Pick<MlxWorker, "clearCache">,
): () => Promise<void> {
  return async () => {
    await worker.clearCache();
  };
}
