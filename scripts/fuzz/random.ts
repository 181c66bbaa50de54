/** Numbers that look random and come again with the same seed (mulberry32). */
export class Random {
  #state: number;

  /** Starts the row of `seed`; of a seed only its low 32 bits count. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    const state = this.#state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `end`, without `end`; 0 where `end` is 0. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** Whether the one case in `cases` has come. */
  isOneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  /**
   * One of some things.
   *
   * @throws {Error} If there is none.
   */
  pick<T>(things: readonly T[]): T {
    const thing = things[this.below(things.length)];
    if (thing === undefined) throw new Error("Cannot pick: there is nothing");
    return thing;
  }
}
