/** Figures of the GPU's memory, in bytes. */
export interface MemoryFigures {
  /** In use now. */
  readonly activeBytes: number;
  /** Highest so far. */
  readonly peakBytes: number;
  /** What must not be exceeded. */
  readonly limitBytes: number;
}

/** The figures against their limit. */
export interface MemoryUse {
  /** What is left below the limit, never negative. */
  readonly availableBytes: number;
  /** Share of the limit in use; 0 where the limit is 0. */
  readonly activeRatio: number;
  /** Highest share so far; 0 where the limit is 0. */
  readonly peakRatio: number;
}

/**
 * Sets figures against their limit, as the Python metal-guard does.
 *
 * A limit of 0 gives 0 here; a reading never has one, it is `unknown` instead.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluateMemoryUse } from "@metal-guard/core";
 *
 * const use = evaluateMemoryUse({
 *   activeBytes: 8e9,
 *   peakBytes: 12e9,
 *   limitBytes: 16e9,
 * });
 * assert.equal(use.activeRatio, 0.5);
 * assert.equal(use.availableBytes, 8e9);
 * ```
 */
export function evaluateMemoryUse(figures: MemoryFigures): MemoryUse {
  const { activeBytes, peakBytes, limitBytes } = figures;
  const share = (bytes: number): number =>
    limitBytes > 0 ? bytes / limitBytes : 0;
  return {
    availableBytes: Math.max(0, limitBytes - activeBytes),
    activeRatio: share(activeBytes),
    peakRatio: share(peakBytes),
  };
}
