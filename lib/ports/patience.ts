import type { Clock } from "./clock.ts";
import { slept } from "./sleep.ts";

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
