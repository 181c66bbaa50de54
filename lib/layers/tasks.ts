import type { Clock } from "../ports/clock.ts";

/** Default patience of {@linkcode Tasks.wait} (seed, L1). */
const WAIT_MS = 30_000;

/** How a task is registered. */
export interface TaskOptions {
  /** What it is, for people. */
  readonly label: string;
}

/**
 * L1: knows what still uses the GPU, so that nothing is cleaned up under its feet.
 *
 * Fails closed: a task counts as alive until it has ended, however it ended.
 */
export class Tasks {
  readonly #clock: Clock;
  readonly #alive = new Map<symbol, string>();
  readonly #ends = new Map<symbol, Promise<unknown>>();

  /** Made by the guard, once. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many live. */
  get alive(): number {
    return this.#alive.size;
  }

  /** What those that live are, in the order of their start. */
  get labels(): readonly string[] {
    return [...this.#alive.values()];
  }

  /**
   * Registers anything that ends.
   *
   * @param task Its end; a rejection is an end, and still its owner's to handle.
   * @param options What it is.
   * @returns The task itself.
   */
  register<T>(task: Promise<T>, options: TaskOptions): Promise<T> {
    const key = Symbol(options.label);
    const ended = (): void => {
      this.#alive.delete(key);
      this.#ends.delete(key);
    };
    this.#alive.set(key, options.label);
    this.#ends.set(key, task.then(ended, ended));
    return task;
  }

  /**
   * Waits until every task that is registered now has ended.
   *
   * @param options `timeoutMs`: longest wait. @default 30 s
   * @returns How many live on; 0 when all have ended.
   */
  async wait(options: { readonly timeoutMs?: number } = {}): Promise<number> {
    if (this.#alive.size === 0) return 0;
    const over = new AbortController();
    const all = Promise.all(this.#ends.values()).then(() => over.abort());
    await Promise.race([
      all,
      this.#clock.sleep(options.timeoutMs ?? WAIT_MS, over.signal)
        .catch(() => undefined),
    ]);
    return this.#alive.size;
  }
}
