import { addMs, millisecondsBetween, SECOND_MS } from "../core/instant.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventTime } from "./event_time.ts";

/** Wall and monotonic clock drift apart by less than this while nobody sets the wall clock. */
const DRIFT_MS = SECOND_MS;

/**
 * Remembers the time that was settled on for a thing whose own times could not all be believed, so that it never moves
 * again: not when a date in the future comes to pass, and not when the clock is set (SAFETY T1, T6).
 * It lasts as long as the program does; the panic ledger makes it last longer.
 */
export class FirstSight {
  readonly #clock: Clock;
  readonly #kept = new Map<
    string,
    { readonly time: EventTime; readonly ageMs: number; readonly atMs: number }
  >();

  /** Starts with no memory; `clock` says how much time passes. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether nothing was ever kept, as nearly always: then no key needs to be built, 2,000 times in one history. */
  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /**
   * When a thing without any time of its own was first seen.
   *
   * @param key What names the thing, e.g. its path.
   * @returns Now, and the same moment ever after.
   */
  of(key: string): Temporal.Instant {
    const time = this.recall(key) ??
      this.keep(key, { at: this.#clock.now(), source: "first-seen" });
    return time.at;
  }

  /**
   * The time that was kept for a thing.
   *
   * @returns That time. Where the wall clock was set since, it is moved with it, so that as much time lies behind the
   *   thing as has passed. `undefined` when nothing was kept.
   */
  recall(key: string): EventTime | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const passedMs = this.#clock.monotonicMs() - kept.atMs;
    const at = addMs(this.#clock.now(), -(kept.ageMs + passedMs));
    const isSteady =
      Math.abs(millisecondsBetween(kept.time.at, at)) <= DRIFT_MS;
    return isSteady ? kept.time : { ...kept.time, at };
  }

  /** Keeps a time, and returns it. */
  keep(key: string, time: EventTime): EventTime {
    const ageMs = millisecondsBetween(time.at, this.#clock.now());
    this.#kept.set(key, { time, ageMs, atMs: this.#clock.monotonicMs() });
    return time;
  }
}
