import { GB } from "./bytes.ts";
import { MetalGuardError } from "./error.ts";
import type { MemoryReading } from "./memory_reading.ts";
import type { Observed } from "./observed.ts";

/** The GPU had no memory left, also after a clean-up. */
export class GpuOutOfMemoryError extends MetalGuardError {
  /** The GPU's memory when it was given up. */
  readonly reading: MemoryReading;

  /** Wraps the last error. */
  constructor(reading: MemoryReading, options?: ErrorOptions) {
    super(
      "gpu-memory",
      `The GPU is out of memory: ${gb(reading.activeBytes)} in use of ${
        gb(reading.limitBytes)
      }`,
      options,
    );
    this.reading = reading;
  }
}

function gb(bytes: Observed<number>): string {
  return bytes.kind === "known"
    ? `${(bytes.value / GB).toFixed(2)} GB`
    : "an unknown amount";
}
