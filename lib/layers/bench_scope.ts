import { GB } from "../core/bytes.ts";
import { type Finding, finding } from "../core/finding.ts";
import type { AcquireOptions, LockHold } from "../core/lock_hold.ts";
import type { Observed } from "../core/observed.ts";
import type { Clock } from "../ports/clock.ts";

/** A worker, as far as a benchmark needs one. */
export interface BenchWorker {
  /** Ends it and waits until it is gone. */
  shutdown(): Promise<void>;
}

/** What {@linkcode BenchScopes} works with. */
export interface BenchScopePorts<WORKER extends BenchWorker> {
  /** Time. */
  readonly clock: Clock;
  /** Takes the GPU's lock. */
  readonly acquire: (
    label: string,
    options: AcquireOptions,
  ) => Promise<LockHold>;
  /** Loads a model in a worker. */
  readonly startWorker: (modelId: string) => Promise<WORKER>;
  /** GPU memory in use, in bytes. */
  readonly readActiveBytes: () => Promise<Observed<number>>;
  /** Writes a breadcrumb. */
  readonly breadcrumb: (tag: string, payload?: string) => Promise<void>;
}

/** How a benchmark is opened. */
export interface BenchScopeOptions {
  /** Context that it will use, in tokens; a very long one is pointed out. */
  readonly contextTokens?: number;
  /** Pause after the worker's end, in milliseconds. @default 8 s */
  readonly cooldownMs?: number;
  /** Told at the end of what is out of order. */
  readonly onFindings?: (findings: readonly Finding[]) => void;
}

/** A model loaded for a benchmark alone. Its end gives everything back. */
export interface BenchScope<WORKER extends BenchWorker>
  extends AsyncDisposable {
  /** The worker. */
  readonly worker: WORKER;
  /** What is out of order so far; complete once the scope has ended. */
  readonly findings: readonly Finding[];
}

/** Label of the hold (SPEC 7). */
const LABEL = "bench_scoped_load";
/** Metal returns pages late after an unload (seed, L5). */
const COOLDOWN_MS = 8_000;
/** More than this left behind is a finding (seed, L5). */
const RESIDUAL_BYTES = 4 * GB;
/** A context from which prefills have brought machines down (seed, L5). */
const LONG_CONTEXT_TOKENS = 131_072;

/**
 * L5: one model at a time for benchmarks: lock, load, use, shut down, pause, look whether the memory came back, release.
 *
 * Fails closed: without the lock nothing is loaded, and whatever fails, the worker is ended before the lock is given back.
 */
export class BenchScopes<WORKER extends BenchWorker> {
  readonly #ports: BenchScopePorts<WORKER>;

  /** Made by the guard, once. */
  constructor(ports: BenchScopePorts<WORKER>) {
    this.#ports = ports;
  }

  /**
   * Opens a scope.
   *
   * @param modelId The model.
   * @param options Context and pause.
   * @throws {LockHeldError} If somebody else uses the GPU.
   */
  async open(
    modelId: string,
    options: BenchScopeOptions = {},
  ): Promise<BenchScope<WORKER>> {
    const { acquire, breadcrumb, readActiveBytes, startWorker } = this.#ports;
    await using stack = new AsyncDisposableStack();
    const findings: Finding[] = [];
    if ((options.contextTokens ?? 0) >= LONG_CONTEXT_TOKENS) {
      findings.push(longContext(options.contextTokens ?? 0));
    }
    const lock = await acquire(LABEL, {});
    stack.defer(() => lock[Symbol.asyncDispose]());
    await breadcrumb("BENCH_SCOPED_LOAD", modelId);
    const before = await readActiveBytes();
    const worker = await startWorker(modelId);
    stack.defer(async () => {
      try {
        await worker.shutdown();
      } finally {
        await this.#settle(before, findings, options);
        options.onFindings?.(findings);
      }
    });
    const all = stack.move();
    return {
      worker,
      findings,
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    };
  }

  async #settle(
    before: Observed<number>,
    findings: Finding[],
    options: BenchScopeOptions,
  ): Promise<void> {
    await this.#ports.clock.sleep(options.cooldownMs ?? COOLDOWN_MS);
    const after = await this.#ports.readActiveBytes();
    if (before.kind === "unknown" || after.kind === "unknown") return;
    const residual = after.value - before.value;
    if (residual > RESIDUAL_BYTES) {
      findings.push(finding(
        "bench-residual-memory",
        `${(residual / GB).toFixed(2)} GB of GPU memory did not come back (> ${
          RESIDUAL_BYTES / GB
        } GB)`,
        "Wait before the next load, or end what holds the GPU's memory",
      ));
    }
  }
}

function longContext(tokens: number): Finding {
  return finding(
    "bench-long-context",
    `A context of ${tokens} tokens is ${LONG_CONTEXT_TOKENS} or more: prefills of that length have brought machines down`,
    "Read the prompt in chunks; metal-guard fit MODEL --context N shows what it takes",
  );
}
