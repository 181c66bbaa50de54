import { MetalGuardError, RefusedError } from "../core/error.ts";
import type { Serial } from "../core/serial.ts";
import type {
  GenerateAnswer,
  GenerateOptions,
  MlxWorker,
  WorkerFacts,
  WorkerMemory,
  WorkerProbe,
} from "../core/worker.ts";
import { unknownMemory } from "../core/worker_memory.ts";
import { WorkerTimedOutError } from "../core/worker_error.ts";
import type { Log } from "../ports/log.ts";

/** A worker's process, as far as its seat goes. */
export interface SeatSession {
  /** Its process. */
  readonly pid: number;
  /** What it said of itself. */
  readonly facts: WorkerFacts | undefined;
  /** Whether it is ending or has ended. */
  readonly isOver: boolean;
  /** Runs the model once; `idle` when it had just left by itself and nothing was begun. */
  generate(
    prompt: string,
    options: GenerateOptions,
  ): Promise<GenerateAnswer | { readonly kind: "idle" }>;
  /** Asks for its memory. */
  readMemory(
    how: "memory" | "reset_peak" | "clear_cache",
  ): Promise<WorkerMemory>;
  /** Has the GPU calculate something small. */
  probe(timeoutMs: number): Promise<WorkerProbe>;
  /** Ends it. */
  shutdown(): Promise<void>;
  /** Whether it is gone, with all that it held, now or soon. */
  isClosedWithin(ms: number): Promise<boolean>;
}

/** Counts the uses of a process. */
export interface SeatCounter {
  /** Whether it is better started anew. */
  readonly shouldColdRestart: boolean;
  /** Counts one. */
  record(): void;
  /** Says that it was started anew. */
  markColdRestart(): void;
}

/** What {@linkcode WorkerSeat} works with. */
export interface WorkerSeatSetup {
  /** The model. */
  readonly modelId: string;
  /** Starts a process and loads the model, after asking gate, breaker and lock. */
  readonly open: () => Promise<SeatSession>;
  /** What all workers of a guard share: whose turn it is on the GPU (SAFETY R4), and who has a process. */
  readonly crew: {
    readonly turn: Pick<Serial, "run">;
    readonly living: Set<MlxWorker>;
  };
  /** Uses of the process that sits here. */
  readonly counter: SeatCounter;
  /** Told of each generate; it ends when that does. */
  readonly onWork: (work: Promise<unknown>) => void;
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** How long a process that was killed may take to vanish, in milliseconds. */
  readonly graceMs: number;
}

/** Longest wait for a small calculation, in milliseconds. */
const PROBE_TIMEOUT_MS = 30_000;

/**
 * Where one worker after the other sits: the next call starts a new process in place of one that has died, was idle or is
 * worn.
 */
export class WorkerSeat implements MlxWorker {
  readonly modelId: string;
  readonly #setup: WorkerSeatSetup;
  #session: SeatSession | undefined;

  /** Nothing is started yet. */
  constructor(setup: WorkerSeatSetup) {
    this.modelId = setup.modelId;
    this.#setup = setup;
  }

  get pid(): number | undefined {
    return this.#living?.pid;
  }

  get facts(): WorkerFacts | undefined {
    return this.#living?.facts;
  }

  get patches(): readonly string[] {
    return this.facts?.patches ?? [];
  }

  /** Starts the process now, where there is none; see {@linkcode MlxWorker.generate} for what it throws. */
  async start(): Promise<void> {
    await this.#setup.crew.turn.run(() => this.#ready());
  }

  async generate(
    prompt: string,
    options: GenerateOptions = {},
  ): Promise<GenerateAnswer> {
    requireSane(options);
    const work = this.#setup.crew.turn.run(async () => {
      options.signal?.throwIfAborted();
      for (;;) {
        const session = await this.#ready();
        const answer = await session.generate(prompt, options);
        if (answer.kind === "idle") continue;
        if (answer.kind !== "refused") this.#setup.counter.record();
        return answer;
      }
    });
    this.#setup.onWork(work);
    return await work;
  }

  async *stream(
    prompt: string,
    options: GenerateOptions = {},
  ): AsyncIterableIterator<string> {
    const stop = new AbortController();
    const { signal, onText } = options;
    const pieces: string[] = [];
    let wake = (): void => {};
    let isDone = false;
    const answer = this.generate(prompt, {
      ...options,
      signal: signal === undefined
        ? stop.signal
        : AbortSignal.any([signal, stop.signal]),
      onText: (text) => {
        onText?.(text);
        pieces.push(text);
        wake();
      },
    }).finally(() => {
      isDone = true;
      wake();
    });
    // Thrown below, once what came before it has been read.
    answer.catch(() => undefined);
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) yield piece;
        else if (isDone) break;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      const ended = await answer;
      if (ended.kind === "refused") {
        throw new RefusedError("prefill", ended.verdict);
      }
    } finally {
      stop.abort();
      // The GPU's turn is over only then.
      await answer.catch(() => undefined);
    }
  }

  readMemory(): Promise<WorkerMemory> {
    return this.#memory("memory");
  }

  resetPeakMemory(): Promise<WorkerMemory> {
    return this.#memory("reset_peak");
  }

  clearCache(): Promise<WorkerMemory> {
    return this.#memory("clear_cache");
  }

  async probe(
    options: { readonly timeoutMs?: number } = {},
  ): Promise<WorkerProbe> {
    return await this.#setup.crew.turn.run(async () => {
      const session = await this.#ready();
      return await session.probe(options.timeoutMs ?? PROBE_TIMEOUT_MS);
    });
  }

  async shutdown(): Promise<void> {
    await this.#session?.shutdown();
    this.#setup.crew.living.delete(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  get #living(): SeatSession | undefined {
    return this.#session?.isOver === false ? this.#session : undefined;
  }

  async #memory(
    how: "memory" | "reset_peak" | "clear_cache",
  ): Promise<WorkerMemory> {
    return await this.#living?.readMemory(how) ??
      unknownMemory("the worker is not running");
  }

  async #ready(): Promise<SeatSession> {
    const { counter, crew, log } = this.#setup;
    const living = this.#living;
    if (living !== undefined) {
      if (!counter.shouldColdRestart) return living;
      log.info(`worker ${living.pid} is worn: it is started anew`);
      await living.shutdown();
    }
    await this.#leave();
    this.#session = await this.#setup.open();
    crew.living.add(this);
    counter.markColdRestart();
    return this.#session;
  }

  /** Nobody sits down beside a process that is still on the GPU. */
  async #leave(): Promise<void> {
    const { modelId, graceMs } = this.#setup;
    const session = this.#session;
    if (session === undefined) return;
    if (!await session.isClosedWithin(graceMs)) {
      throw new WorkerTimedOutError({
        modelId,
        pid: session.pid,
        doing: "start anew",
        timeoutMs: graceMs,
        isWorkerKept: false,
      });
    }
    this.#session = undefined;
  }
}

function requireSane(options: GenerateOptions): void {
  const { maxTokens, temperature, timeoutMs } = options;
  const isSane = (maxTokens === undefined ||
    Number.isSafeInteger(maxTokens) && maxTokens >= 1) &&
    (temperature === undefined ||
      Number.isFinite(temperature) && temperature >= 0) &&
    (timeoutMs === undefined || timeoutMs > 0);
  if (isSane) return;
  throw new MetalGuardError(
    "usage",
    "Cannot generate: maxTokens is a whole number from 1, temperature a number from 0, timeoutMs more than 0",
  );
}
