import type { Observed } from "./observed.ts";

/** Memory of the GPU. */
export interface MemoryReading {
  /** In use now, in bytes. */
  readonly activeBytes: Observed<number>;
  /** Highest reading so far, in bytes. */
  readonly peakBytes: Observed<number>;
  /** What must not be exceeded, in bytes. */
  readonly limitBytes: Observed<number>;
}

/** Share of the limit that a figure takes; `undefined` where one of both is not known, or the limit is 0. */
export function usedRatio(
  bytes: Observed<number>,
  limit: Observed<number>,
): number | undefined {
  if (bytes.kind === "unknown" || limit.kind === "unknown") return undefined;
  return limit.value > 0 ? bytes.value / limit.value : undefined;
}
