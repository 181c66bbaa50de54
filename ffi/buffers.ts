/** Bytes that foreign code may write into. */
export type Buffer = Uint8Array<ArrayBuffer>;

/** Questions are asked a handful at a time; more than that is not kept. */
const MOST_SPARE = 8;

/**
 * Buffers that are used again: a new one has to be cleared, which takes longer than most answers take to be made.
 *
 * One that is lent is nobody else's until it is given back. Whoever left foreign code behind in one never gives it back.
 */
export class Buffers {
  readonly #spare: Buffer[] = [];

  /** One of this length; what an earlier answer left is still in it. */
  take(length: number): Buffer {
    const at = this.#spare.findIndex((one) => one.length === length);
    const [found] = at < 0 ? [] : this.#spare.splice(at, 1);
    return found ?? new Uint8Array(length);
  }

  /** Takes one back that nobody writes into any more. */
  give(buffer: Buffer): void {
    if (this.#spare.length < MOST_SPARE) this.#spare.push(buffer);
  }
}
