import { MetalGuardError } from "../core/error.ts";

/** Inferences after which a worker is better started anew (seed: 4000, against the limit of Metal descriptors). */
export const COLD_RESTART_AFTER = 4_000;

/** Uses of one worker, counted. */
export interface UseCount {
  /** Inferences since the last cold start. */
  readonly currentCount: number;
  /** The count at which the last cold start was made; 0 before the first one. */
  readonly lastRestartAtCount: number;
}

/** A worker that was never used. */
export const UNUSED: UseCount = { currentCount: 0, lastRestartAtCount: 0 };

/** Tunables of {@linkcode evaluateColdRestart}. */
export interface ColdRestartOptions {
  /** Inferences after which a cold start is advised. @default 4000 */
  readonly threshold: number;
  /** The kill switch: nothing is ever advised. @default false */
  readonly isDisabled: boolean;
}

/** How worn a worker is. */
export interface ColdRestartAdvice extends UseCount {
  /** Whether a cold start is advised now. */
  readonly shouldColdRestart: boolean;
  /** Inferences after which it is. */
  readonly threshold: number;
  /** Share of them that is used up; above 1 when it was passed over. */
  readonly usedRatio: number;
  /** Whether advice is switched off. */
  readonly isDisabled: boolean;
}

/**
 * Counts uses on.
 *
 * @param uses How many.
 * @throws {MetalGuardError} Code `usage`, for a number that is no whole number from 0.
 */
export function countUses(count: UseCount, uses: number): UseCount {
  if (!Number.isSafeInteger(uses) || uses < 0) {
    throw new MetalGuardError(
      "usage",
      `Uses are a whole number from 0: ${uses}`,
    );
  }
  return { ...count, currentCount: count.currentCount + uses };
}

/** Advises a cold start once the threshold is reached. It reports and refuses nothing. */
export function evaluateColdRestart(
  count: UseCount,
  options: ColdRestartOptions,
): ColdRestartAdvice {
  const { threshold, isDisabled } = options;
  return {
    ...count,
    shouldColdRestart: !isDisabled && count.currentCount >= threshold,
    threshold,
    usedRatio: count.currentCount / threshold,
    isDisabled,
  };
}
