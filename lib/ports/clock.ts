/** Time as the rest of the code may see it. */
export interface Clock {
  /** Wall clock: may jump; for anything written down or compared across processes. */
  now(): Temporal.Instant;
  /** Monotonic milliseconds from an arbitrary origin; for elapsed time in one process. */
  monotonicMs(): number;
  /**
   * Milliseconds since the machine started, to the second on some; `undefined` where that is not known. Unlike the wall
   * clock it never steps, and other than {@linkcode monotonicMs} it means the same in every process of one boot.
   */
  bootMs(): number | undefined;
  /** IANA name of the local time zone, e.g. `Europe/Paris`. */
  timeZone(): string;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(
    ms: number,
    signal?: AbortSignal,
    options?: SleepOptions,
  ): Promise<void>;
}

/** How a sleep counts. */
export interface SleepOptions {
  /** Whether the program may end while it lasts, as it may during a heartbeat's. @default false */
  readonly isIdle?: boolean;
}
