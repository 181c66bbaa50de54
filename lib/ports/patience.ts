import type { Clock } from "./clock.ts";

/**
 * What a promise comes to; `undefined` when the time has passed first. The work goes on then: ending it is the caller's.
 *
 * @param clock Whose time.
 * @param ms How long; less than 0 counts as 0.
 * @param work What is waited for.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
): Promise<T | undefined> {
  const stop = new AbortController();
  const late = slept(clock, Math.max(0, ms), stop.signal);
  try {
    return await Promise.race([work, late.then(() => undefined)]);
  } finally {
    stop.abort();
  }
}

/**
 * Waits.
 *
 * @returns Whether the time has passed; `false` when it was cut short.
 */
export async function slept(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
