import { plainText } from "../core/plain_text.ts";
import { Serial } from "../core/serial.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

/** Pause after a flush: Metal gives pages back late (seed, L2). */
const COOLDOWN_MS = 2_000;

/** What {@linkcode Cleanup} works with. */
export interface CleanupPorts {
  /** Time. */
  readonly clock: Clock;
  /** Told of a flush that failed. */
  readonly log: Log;
  /** Waits for tasks, and answers how many live on. */
  readonly waitForTasks: (timeoutMs?: number) => Promise<number>;
  /** Writes a breadcrumb. */
  readonly breadcrumb: (tag: string, payload?: string) => Promise<void>;
}

/** How a clean-up is done. */
export interface CleanupOptions {
  /** Longest wait for tasks, in milliseconds. @default 30 s */
  readonly timeoutMs?: number;
  /** Pause after the flush, in milliseconds. @default 2 s */
  readonly cooldownMs?: number;
}

/** What a clean-up came to. */
export interface CleanupResult {
  /** Whether the GPU's caches were flushed. */
  readonly flushed: boolean;
  /** Tasks that live on; where there are any, nothing is flushed. */
  readonly alive: number;
}

/** Evaluates, synchronises and clears the cache where MLX lives: in a worker. */
export type Flush = () => Promise<void>;

/**
 * L2: gives the GPU's memory back in the one order that is safe: wait, flush, pause.
 *
 * Fails closed: while a task lives nothing is flushed under its feet, and the answer says how many there are.
 */
export class Cleanup {
  readonly #ports: CleanupPorts;
  readonly #flushes = new Set<Flush>();
  readonly #turn = new Serial();

  /** Made by the guard, once. */
  constructor(ports: CleanupPorts) {
    this.#ports = ports;
  }

  /**
   * Registers somebody who holds caches of the GPU.
   *
   * @param flush Gives them back.
   * @returns Ends the registration.
   */
  register(flush: Flush): Disposable {
    this.#flushes.add(flush);
    return { [Symbol.dispose]: () => this.#flushes.delete(flush) };
  }

  /**
   * Flushes every cache now, unless a task lives.
   *
   * @param options `timeoutMs`: longest wait for tasks. @default 30 s
   */
  flush(
    options: Pick<CleanupOptions, "timeoutMs"> = {},
  ): Promise<CleanupResult> {
    return this.#turn.run(() => this.#flush("FLUSH", options.timeoutMs));
  }

  /** Waits for tasks, flushes, and lets the GPU rest. */
  run(options: CleanupOptions = {}): Promise<CleanupResult> {
    return this.#turn.run(async () => {
      const result = await this.#flush("CLEANUP", options.timeoutMs);
      await this.#ports.clock.sleep(options.cooldownMs ?? COOLDOWN_MS);
      return result;
    });
  }

  /** A scope at whose end {@linkcode Cleanup.run} has run: `await using _ = guard.cleanup.scope()`. */
  scope(options: CleanupOptions = {}): AsyncDisposable {
    return {
      [Symbol.asyncDispose]: async () => {
        await this.run(options);
      },
    };
  }

  async #flush(
    tag: string,
    timeoutMs: number | undefined,
  ): Promise<CleanupResult> {
    const alive = await this.#ports.waitForTasks(timeoutMs);
    if (alive > 0) return { flushed: false, alive };
    await this.#ports.breadcrumb(tag);
    let flushed = true;
    for (const flush of [...this.#flushes]) {
      try {
        await flush();
      } catch (error) {
        // The others still hold memory that they can give back.
        flushed = false;
        const words = error instanceof Error ? error.message : String(error);
        this.#ports.log.warn(`a flush failed: ${plainText(words, 200)}`);
      }
    }
    return { flushed, alive: 0 };
  }
}
