import type { MetalReading } from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";

export type { MetalDevice, MetalReading } from "../core/machine_reading.ts";

/**
 * Metal itself. Asking wakes the GPU driver, so only `doctor --metal` does, in a process of its own: a call that hangs
 * in the driver cannot be cancelled.
 */
export interface MetalProbe {
  /**
   * Names the devices and sends one command to the GPU and back. Never throws.
   *
   * @param timeoutMs After this long the answer is `unknown`, whatever the driver does.
   */
  readMetal(timeoutMs: number): Promise<Observed<MetalReading>>;
}
