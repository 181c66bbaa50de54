import type { Clock } from "./clock.ts";

/**
 * Sleeps, and says whether it slept to the end.
 *
 * @param clock Time.
 * @param ms How long, in milliseconds.
 * @param signal Cuts it short.
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
