import { unknown } from "./observed.ts";
import type { WorkerMemory } from "./worker.ts";

/** Readings of which nothing is known. */
export function unknownMemory(because: string): WorkerMemory {
  return {
    activeBytes: unknown(because),
    peakBytes: unknown(because),
    cacheBytes: unknown(because),
    limitBytes: unknown(because),
  };
}
