import type { Observed } from "./observed.ts";

/** One GPU as the IORegistry shows it. Every property is private to Apple and may be missing. */
export interface GpuAccelerator {
  /** Class of the driver's object, e.g. `AGXAcceleratorG16X`. */
  readonly className: string;
  /** Marketing name, e.g. `Apple M4 Max`. */
  readonly model: Observed<string>;
  /** GPU cores. */
  readonly coreCount: Observed<number>;
  /** Metal's driver plug-in, e.g. `AGXMetalG16X`. */
  readonly metalPlugin: Observed<string>;
  /** `In use system memory`: the live working set of all programs together. */
  readonly inUseBytes: Observed<number>;
  /** `Alloc system memory`: what was ever handed out and not given back. */
  readonly allocatedBytes: Observed<number>;
  /** Share of time in which the device worked, 0 to 1. */
  readonly deviceRatio: Observed<number>;
  /** Share of time in which the renderer worked, 0 to 1. */
  readonly rendererRatio: Observed<number>;
  /** Share of time in which the tiler worked, 0 to 1. */
  readonly tilerRatio: Observed<number>;
  /** How often the GPU was reset since boot: an early warning. */
  readonly recoveryCount: Observed<number>;
}

/** One connection of a program to the GPU. */
export interface GpuClient {
  /** Whose it is. */
  readonly pid: number;
  /** Its name as the kernel keeps it: cut at 16 bytes, so the pid is what identifies. */
  readonly name: string;
  /** GPU time that it has used, in milliseconds. */
  readonly gpuTimeMs: Observed<number>;
}

/** One program that uses the GPU. */
export interface GpuProgram {
  /** Its number. */
  readonly pid: number;
  /** Its name, cut at 16 bytes by the kernel. */
  readonly name: string;
  /** How many connections it holds. */
  readonly connections: number;
  /** GPU time of all of them, in milliseconds. */
  readonly gpuTimeMs: Observed<number>;
}

/** How much the kernel is pressed for memory. */
export type MemoryPressure = "normal" | "warn" | "critical";

/** Memory of the whole machine. */
export interface HostMemoryReading {
  /** Pages that nobody uses. */
  readonly freeBytes: Observed<number>;
  /** Pages in use of late. */
  readonly activeBytes: Observed<number>;
  /** Pages not used of late. */
  readonly inactiveBytes: Observed<number>;
  /** Pages that cannot be paged out: what a GPU panic is about. */
  readonly wiredBytes: Observed<number>;
  /** What the compressor occupies. */
  readonly compressedBytes: Observed<number>;
  /** Swap in use. */
  readonly swapUsedBytes: Observed<number>;
  /** `kern.memorystatus_vm_pressure_level`; it can read normal seconds before a GPU panic. */
  readonly pressure: Observed<MemoryPressure>;
}

/** What the machine and its system are, and how they are set. */
export interface MachineReading {
  /** e.g. `Apple M4 Max`. */
  readonly chip: Observed<string>;
  /** e.g. `Mac16,5`. */
  readonly model: Observed<string>;
  /** Memory of the machine. */
  readonly memoryBytes: Observed<number>;
  /** e.g. `26.5.2`. */
  readonly osVersion: Observed<string>;
  /** e.g. `25F84`. */
  readonly osBuild: Observed<string>;
  /** `iogpu.wired_limit_mb` in MiB; 0 leaves the choice to the system. */
  readonly wiredLimitMib: Observed<number>;
  /** `iogpu.rsrc_limit`: most Metal buffers of a process; 0 leaves the choice to MLX. */
  readonly resourceLimit: Observed<number>;
}

/** Memory of one process. */
export interface ProcessMemory {
  /** What the system kills by: GPU memory is in it. */
  readonly footprintBytes: Observed<number>;
  /** The highest that it ever was, without sampling. */
  readonly peakFootprintBytes: Observed<number>;
}

/** What Metal says of one device; asking wakes the driver. */
export interface MetalDevice {
  /** e.g. `Apple M4 Max`. */
  readonly name: string;
  /** e.g. `applegpu_g16s`; macOS 13 does not say. */
  readonly architecture: Observed<string>;
  /** `recommendedMaxWorkingSetSize`. */
  readonly workingSetBytes: Observed<number>;
  /** Largest single buffer. */
  readonly maxBufferBytes: Observed<number>;
}

/** Metal asked once, with a command sent to the GPU and back. */
export interface MetalReading {
  /** Every device. */
  readonly devices: readonly MetalDevice[];
  /** How the round trip ended: `ok`, `timeout`, `corrupt` or `failed`. */
  readonly outcome: string;
  /** How long it took, in milliseconds. */
  readonly roundTripMs: Observed<number>;
  /** Metal's own words where it failed. */
  readonly error: string | null;
}

/** Names one of several ways to ask the machine; processes are looked at by `ps` or in `/proc` where there is no dylib. */
export type ProbeSource = "native" | "ioreg" | "unsupported" | "ps" | "proc";

/** Who answered one reading, and why those before did not. */
export interface ProbeAnswer {
  /** Which reading, e.g. `accelerators`. */
  readonly reading: string;
  /** Who answered; `null` when nobody could. */
  readonly source: ProbeSource | null;
  /** Those that were asked before, each with what it said instead. */
  readonly failures: readonly {
    readonly source: ProbeSource;
    readonly because: string;
  }[];
}
