/**
 * Remembers when a thing without a believable time was first seen, so that its time never moves again (SAFETY T1).
 * It lasts as long as the program does; the panic ledger makes it last longer.
 */
export class FirstSight {
  readonly #seenAt = new Map<string, Temporal.Instant>();

  /**
   * @param key What names the thing, e.g. its path and size.
   * @param now The wall clock.
   * @returns The moment of the first call with that key. When the clock has been set back since, that moment becomes
   *   `now`: a first sight ahead of now would be a time from the future itself.
   */
  of(key: string, now: Temporal.Instant): Temporal.Instant {
    const before = this.#seenAt.get(key);
    if (before !== undefined && Temporal.Instant.compare(before, now) <= 0) {
      return before;
    }
    this.#seenAt.set(key, now);
    return now;
  }
}
