import type { Finding } from "../core/finding.ts";
import type { HardwareFacts } from "../core/hardware.ts";
import type {
  GpuProgram,
  HostMemoryReading,
  ProbeAnswer,
} from "../core/machine_reading.ts";
import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import type { Observed } from "../core/observed.ts";
import type { MemoryUse } from "./memory_use.ts";
import type { MachineTier, RecommendedConfig } from "./recommended_config.ts";
import type { WiredLimitAudit } from "./wired_limit.ts";

/** What the machine says when it is asked everything. */
export interface MachineChecks {
  /** The machine and its system. */
  readonly hardware: HardwareFacts & {
    readonly tier: Observed<MachineTier>;
    readonly config: Observed<RecommendedConfig>;
  };
  /** Memory of the GPU. */
  readonly memory: GpuMemoryStatus;
  /** The figures against their limit; `unknown` where one of them is. */
  readonly memoryUse: Observed<MemoryUse>;
  /** What the GPU does. */
  readonly gpu: {
    readonly busyRatio: Observed<number>;
    readonly recoveryCount: Observed<number>;
    readonly programs: Observed<readonly GpuProgram[]>;
  };
  /** Memory of the machine. */
  readonly hostMemory: Observed<HostMemoryReading>;
  /** The limit of GPU memory, judged. */
  readonly wiredLimit: WiredLimitAudit;
  /** Who answered what. */
  readonly answers: readonly ProbeAnswer[];
  /** What is out of order. */
  readonly findings: readonly Finding[];
}
