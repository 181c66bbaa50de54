import type { Finding } from "../core/finding.ts";
import type { HardwareFacts } from "../core/hardware.ts";
import type {
  GpuProgram,
  HostMemoryReading,
  ProbeAnswer,
} from "../core/machine_reading.ts";
import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import { type Observed, unknown } from "../core/observed.ts";
import type { MemoryUse } from "./memory_use.ts";
import type { MachineTier, RecommendedConfig } from "./recommended_config.ts";
import { evaluateWiredLimit, type WiredLimitAudit } from "./wired_limit.ts";

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

/**
 * A machine of which nothing is known.
 *
 * @param because Why; completes "unknown: …".
 */
export function unknownMachine(because: string): MachineChecks {
  const nothing = unknown<never>(because);
  return {
    hardware: {
      chip: nothing,
      model: nothing,
      memoryBytes: nothing,
      osVersion: nothing,
      osBuild: nothing,
      wiredLimitMib: nothing,
      resourceLimit: nothing,
      family: nothing,
      accelerator: nothing,
      coreCount: nothing,
      driverVersion: nothing,
      tier: nothing,
      config: nothing,
    },
    memory: {
      activeBytes: nothing,
      peakBytes: nothing,
      limitBytes: nothing,
      limitSource: null,
      source: null,
    },
    memoryUse: nothing,
    gpu: { busyRatio: nothing, recoveryCount: nothing, programs: nothing },
    hostMemory: nothing,
    wiredLimit: evaluateWiredLimit({ limitMib: nothing, memoryBytes: nothing }),
    answers: [],
    findings: [],
  };
}
