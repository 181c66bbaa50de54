/** Runs asynchronous steps one after the other, in the order in which they were asked for. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs a step when all before it have ended, however they ended.
   *
   * @returns What the step comes to.
   */
  run<T>(step: () => T | Promise<T>): Promise<T> {
    const next = this.#last.then(step);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
