import type { GpuAccelerator, GpuClient } from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";

/**
 * The GPU, asked through the IORegistry. Nothing here opens Metal: making a Metal device wakes the very driver that
 * panics.
 */
export interface GpuProbe {
  /** Every GPU of this machine; an empty list where there is none. Never throws. */
  readAccelerators(): Promise<Observed<readonly GpuAccelerator[]>>;
  /** Every connection to a GPU; a program may hold several. Never throws. */
  readClients(): Promise<Observed<readonly GpuClient[]>>;
}
