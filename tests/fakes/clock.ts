import type { Clock } from "../../lib/ports/clock.ts";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. Sleepers wake in the order of their ends. */
export class FakeClock implements Clock {
  #now: Temporal.Instant;
  #zone: string;
  #monotonicMs = 0;
  /** Booted ten minutes before the test began. */
  #bootedAtMs = -600_000;
  /** Whether the machine knows how long it has been running. */
  hasBootClock = true;
  #sleepers: Sleeper[] = [];
  /** Whether a sleep moves the clock on by itself and ends at once, for loops that sleep. */
  autoAdvance = false;
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[] = [];

  /**
   * @param now Where the wall clock stands, e.g. `2026-01-01T00:00:00Z`.
   * @param zone IANA name of the local zone. Default: UTC.
   */
  constructor(
    now: Temporal.Instant | string = "2026-01-01T00:00:00Z",
    zone = "UTC",
  ) {
    this.#now = Temporal.Instant.from(now);
    this.#zone = zone;
  }

  now(): Temporal.Instant {
    return this.#now;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  bootMs(): number | undefined {
    return this.hasBootClock ? this.#monotonicMs - this.#bootedAtMs : undefined;
  }

  timeZone(): string {
    return this.#zone;
  }

  /** Number of sleeps that have not ended. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Moves to another zone, as a traveller does. */
  setTimeZone(zone: string): void {
    this.#zone = zone;
  }

  /** Sets the wall clock, forwards or back; sleepers do not notice. */
  setNow(now: Temporal.Instant | string): void {
    this.#now = Temporal.Instant.from(now);
  }

  /** Sets the wall clock on by `ms`, or back; nothing else notices. */
  step(ms: number): void {
    this.#now = this.#now.add({ milliseconds: ms });
  }

  /** Switches the machine off for `offMs` and starts it anew: its boot clock begins at 0. */
  reboot(offMs: number): void {
    this.#moveTo(this.#monotonicMs + offMs);
    this.#bootedAtMs = this.#monotonicMs;
  }

  /**
   * Lets `ms` milliseconds pass. The clock has moved when this returns unless somebody sleeps; with sleepers, await it:
   * each one wakes at its own time and may sleep again.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    for (;;) {
      const next = this.#nextSleeper(endMs);
      if (next === undefined) break;
      this.#moveTo(next.atMs);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
      await settled();
    }
    this.#moveTo(endMs);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.autoAdvance) this.#moveTo(this.#monotonicMs + Math.max(0, ms));
    if (this.autoAdvance || !(ms > 0)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        atMs: this.#monotonicMs + ms,
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  #nextSleeper(endMs: number): Sleeper | undefined {
    return this.#sleepers.filter((one) => one.atMs <= endMs)
      .toSorted((a, b) => a.atMs - b.atMs)[0];
  }

  #moveTo(ms: number): void {
    const byMs = Math.round(ms - this.#monotonicMs);
    this.#now = this.#now.add({ milliseconds: byMs });
    this.#monotonicMs = ms;
  }
}

/** Lets everything run that a woken sleeper has set off. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
