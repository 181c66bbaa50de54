import type { Observed } from "../core/observed.ts";

/** The GPU's memory at one moment, of all programs together. */
export interface GpuMemoryReading {
  /** In use, in bytes. */
  readonly activeBytes: Observed<number>;
  /** What must not be exceeded, in bytes. */
  readonly limitBytes: Observed<number>;
  /** Who says what the limit is, in words, e.g. `iogpu.wired_limit_mb`. */
  readonly limitSource: string;
}

/** Reads the GPU's memory without waking it. Never throws: what cannot be known is `unknown`. */
export type ReadGpuMemory = () => Promise<GpuMemoryReading>;
