/** How the machine is, in one word. */
export type Health = "ok" | "warn" | "critical";

/** What health is judged by. */
export interface HealthFacts {
  /** Kernel panics in the window that was asked for; `undefined` where they could not be read. */
  readonly panicCount: number | undefined;
  /** Whether a lock record names a holder that is gone. */
  readonly hasStaleLock: boolean;
}

/** Kernel panics in the window from which on it is critical (SPEC 14). */
const CRITICAL_PANICS = 5;

/**
 * Judges the machine's health. It reports and refuses nothing. Panics that could not be read warn: nobody knows that there
 * are none.
 *
 * @returns The word, and the exit code of `status`: 0, 1 or 2.
 */
export function evaluateHealth(
  facts: HealthFacts,
): { readonly health: Health; readonly exitCode: 0 | 1 | 2 } {
  const { panicCount } = facts;
  if (panicCount !== undefined && panicCount >= CRITICAL_PANICS) {
    return { health: "critical", exitCode: 2 };
  }
  return panicCount !== 0 || facts.hasStaleLock
    ? { health: "warn", exitCode: 1 }
    : { health: "ok", exitCode: 0 };
}
