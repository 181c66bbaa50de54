import type { Ticker } from "../../lib/ports/ticker.ts";

/** Ticks when a test says so. */
export class FakeTicker implements Ticker {
  /** Every loop that runs, with its pause. */
  readonly loops: {
    readonly ms: number;
    readonly tick: () => Promise<void>;
  }[] = [];

  every(ms: number, tick: () => Promise<void>): Disposable {
    const loop = { ms, tick };
    this.loops.push(loop);
    return {
      [Symbol.dispose]: () => {
        const index = this.loops.indexOf(loop);
        if (index >= 0) this.loops.splice(index, 1);
      },
    };
  }

  /** Lets each loop tick once. What a tick throws ends nothing. */
  async tick(): Promise<void> {
    for (const { tick } of [...this.loops]) {
      try {
        await tick();
      } catch {
        // As with real timers.
      }
    }
  }
}
