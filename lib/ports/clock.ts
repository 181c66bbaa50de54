/** Time as the rest of the code may see it. */
export interface Clock {
  /** Wall clock: may jump; for anything written down or compared across processes. */
  now(): Temporal.Instant;
  /** Monotonic milliseconds from an arbitrary origin; for elapsed time in one process. */
  monotonicMs(): number;
  /** IANA name of the local time zone, e.g. `Europe/Paris`. */
  timeZone(): string;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
