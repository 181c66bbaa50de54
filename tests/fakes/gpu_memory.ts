import { GB } from "../../lib/core/bytes.ts";
import type { MemoryReading } from "../../lib/core/memory_reading.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";

function observed(gb: number | undefined): Observed<number> {
  return gb === undefined ? unknown("nobody was asked") : known(gb * GB);
}

/** A reading in decimal gigabytes; what is left out is not known. */
export function memoryOf(
  figures: {
    readonly active?: number;
    readonly peak?: number;
    readonly limit?: number;
  },
): MemoryReading {
  return {
    activeBytes: observed(figures.active),
    peakBytes: observed(figures.peak),
    limitBytes: observed(figures.limit),
  };
}
