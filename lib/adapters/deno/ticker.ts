import type { Ticker } from "../../ports/ticker.ts";

/** Timers of Deno that do not keep the program alive. */
export function createDenoTicker(): Ticker {
  return { every: (ms, tick) => new DenoTicks(ms, tick) };
}

class DenoTicks implements Disposable {
  readonly #ms: number;
  readonly #tick: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(ms: number, tick: () => Promise<void>) {
    this.#ms = ms;
    this.#tick = tick;
    this.#plan();
  }

  #plan(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => void this.#run(), this.#ms);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    try {
      await this.#tick();
    } catch {
      // Whoever ticks tells of its own failures; a loop that a failure ended would protect nobody.
    } finally {
      this.#plan();
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
