import { MetalGuardError } from "../core/error.ts";
import {
  COLD_RESTART_AFTER,
  type ColdRestartAdvice,
  type ColdRestartOptions,
  countUses,
  evaluateColdRestart,
  UNUSED,
  type UseCount,
} from "../policy/cold_restart.ts";

/**
 * L14: counts the uses of a worker, since Metal's descriptors only come back when its process ends.
 *
 * It advises and refuses nothing.
 */
export class ResourceTracker {
  readonly #options: ColdRestartOptions;
  #count: UseCount = UNUSED;

  /**
   * Starts at 0.
   *
   * @param options Threshold, and whether advice is switched off.
   * @throws {MetalGuardError} Code `usage`, for a threshold that is no whole number from 1.
   */
  constructor(options: Partial<ColdRestartOptions> = {}) {
    const { threshold = COLD_RESTART_AFTER, isDisabled = false } = options;
    if (!Number.isSafeInteger(threshold) || threshold < 1) {
      throw new MetalGuardError(
        "usage",
        `The threshold of cold restarts is a whole number from 1: ${threshold}`,
      );
    }
    this.#options = { threshold, isDisabled };
  }

  /** Whether the worker is better started anew. */
  get shouldColdRestart(): boolean {
    return this.snapshot().shouldColdRestart;
  }

  /**
   * Counts inferences.
   *
   * @param uses How many. @default 1
   * @throws {MetalGuardError} Code `usage`, for a number that is no whole number from 0.
   */
  record(uses = 1): void {
    this.#count = countUses(this.#count, uses);
  }

  /** Says that the worker was started anew. */
  markColdRestart(): void {
    this.#count = {
      currentCount: 0,
      lastRestartAtCount: this.#count.currentCount,
    };
  }

  /** How worn the worker is. */
  snapshot(): ColdRestartAdvice {
    return evaluateColdRestart(this.#count, this.#options);
  }
}
