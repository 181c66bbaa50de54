/** Work that comes back again and again, as long as the program has something else to do. */
export interface Ticker {
  /**
   * Calls `tick` each time `ms` have passed since it last ended, so that no two of its calls overlap. It never keeps the
   * program alive. What it throws ends nothing: the next call comes all the same.
   *
   * @param ms Pause between two calls, in milliseconds.
   * @param tick What to do.
   * @returns Ends it; a call under way is finished.
   */
  every(ms: number, tick: () => Promise<void>): Disposable;
}
