import type { MemoryReading } from "./memory_reading.ts";

/**
 * Where a limit of GPU memory comes from: set by a person (`iogpu.wired_limit_mb`), said by Metal once, or estimated
 * from the machine's memory.
 */
export type MemoryLimitSource = "wired_limit" | "working_set" | "estimate";

/** Memory of the GPU, of all programs together, and who says so. */
export interface GpuMemoryStatus extends MemoryReading {
  /** Who says the limit; `null` where it is not known. An estimate is nobody's word. */
  readonly limitSource: MemoryLimitSource | null;
  /** Who was asked, e.g. `native`; `null` where nobody could answer. */
  readonly source: string | null;
}
