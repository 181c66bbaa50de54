import type { Observed } from "./observed.ts";

/** What this machine and its system are. */
export interface HardwareFacts {
  /** e.g. `Apple M4 Max`. */
  readonly chip: Observed<string>;
  /** e.g. `Mac16,5`. */
  readonly model: Observed<string>;
  /** Generation of the chip, e.g. `M4`. */
  readonly family: Observed<string>;
  /** Class of the driver's object, e.g. `AGXAcceleratorG16X`. */
  readonly accelerator: Observed<string>;
  /** GPU cores. */
  readonly coreCount: Observed<number>;
  /** Memory of the machine, in bytes. */
  readonly memoryBytes: Observed<number>;
  /** e.g. `26.5.2`. */
  readonly osVersion: Observed<string>;
  /** e.g. `25F84`. */
  readonly osBuild: Observed<string>;
  /** Version of the kernel extension that panics, `com.apple.iokit.IOGPUFamily`. */
  readonly driverVersion: Observed<string>;
  /** `iogpu.wired_limit_mb`, in MiB; 0 leaves the choice to the system. */
  readonly wiredLimitMib: Observed<number>;
  /** `iogpu.rsrc_limit`: most Metal buffers of a process; 0 leaves the choice to MLX. */
  readonly resourceLimit: Observed<number>;
}
