/**
 * Waits for foreign code, but not for ever.
 *
 * Not by `setTimeout`: the first look at it lets Deno 2.9.6 load Node's timers, 8 to 17 ms, which is more than opening the
 * dylib and asking it everything. A signal's timer is Deno's own, and takes 1 ms. It cannot be taken back, so all who wait
 * at once share one, and each looks when it rings whether its own time is over.
 */
export class Deadline {
  readonly #ms: number;
  #signal: AbortSignal | undefined;

  /** @param ms How long each may take. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /**
   * What `work` comes to, or `undefined` when its time is over first.
   *
   * @throws What `work` throws.
   */
  async within<T>(work: Promise<T>): Promise<T | undefined> {
    const startMs = performance.now();
    let signal: AbortSignal | undefined;
    let look = (): void => {};
    const late = new Promise<undefined>((resolve) => {
      look = (): void => {
        const restMs = this.#ms - (performance.now() - startMs);
        if (restMs <= 0) return resolve(undefined);
        signal = this.#signalWithin(restMs);
        signal.addEventListener("abort", look);
      };
      look();
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      // Nobody listens any more: the timer does not keep the process.
      signal?.removeEventListener("abort", look);
    }
  }

  /** One that rings within this time; a ring that comes early costs one look. */
  #signalWithin(restMs: number): AbortSignal {
    if (this.#signal === undefined || this.#signal.aborted) {
      this.#signal = AbortSignal.timeout(Math.ceil(restMs));
    }
    return this.#signal;
  }
}
