import type {
  HostMemoryReading,
  MachineReading,
  ProbeAnswer,
  ProbeSource,
  ProcessMemory,
} from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";
import type { GpuProbe } from "./gpu_probe.ts";

export type {
  GpuAccelerator,
  GpuClient,
  HostMemoryReading,
  MachineReading,
  MemoryPressure,
  ProbeAnswer,
  ProbeSource,
  ProcessMemory,
} from "../core/machine_reading.ts";

/** Memory of the machine and of its processes. */
export interface MemoryProbe {
  /** Memory of the machine. Never throws. */
  readHostMemory(): Promise<Observed<HostMemoryReading>>;
  /** Memory of one process; the system tells it of one's own user's only. Never throws. */
  readProcessMemory(pid: number): Promise<Observed<ProcessMemory>>;
}

/** What the machine is. */
export interface MachineFacts {
  /** Chip, memory, system and limits. Never throws. */
  readMachine(): Promise<Observed<MachineReading>>;
  /** Version of a kernel extension, e.g. of `com.apple.iokit.IOGPUFamily`. Never throws. */
  readKextVersion(bundleId: string): Promise<Observed<string>>;
}

/** One way to ask this machine: the dylib, the system's own programs, or an honest "unknown". */
export interface MachineProbe extends GpuProbe, MemoryProbe, MachineFacts {
  /** Which way. */
  readonly source: ProbeSource;
}

/** Several ways, tried one after another, and who answered. */
export interface ProbeChain extends GpuProbe, MemoryProbe, MachineFacts {
  /** Who answered each reading that was asked so far, in the order of asking. */
  readonly answers: readonly ProbeAnswer[];
}
