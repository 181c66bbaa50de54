/**
 * What `libmetalguard` answers, as typed values. Every figure is a {@linkcode Field}: a property that is missing, of the
 * wrong type, negative, or too large is `unknown` and says so. The decoders throw nothing and take any JSON.
 *
 * @module
 */
import {
  asFields,
  asTexts,
  countField,
  type Field,
  type Fields,
  flagField,
  percentField,
  sizeField,
  textField,
  unknown,
} from "./field.ts";

export type { Field, Fields } from "./field.ts";
export {
  type BootSession,
  decodeBootSession,
  decodeChildren,
  decodeHostMemory,
  decodeProcess,
  decodeProcessArgs,
  decodeSysctls,
  type HostMemory,
  type NativeProcess,
  type Sysctls,
} from "./decode_host.ts";

/** One GPU as the IORegistry shows it. */
export interface AcceleratorFacts {
  /** E.g. `AGXAcceleratorG16X`. */
  readonly className: Field<string>;
  /** Its entry in the registry. */
  readonly registryId: Field<number>;
  /** E.g. `Apple M4 Max`. */
  readonly model: Field<string>;
  /** GPU cores. */
  readonly coreCount: Field<number>;
  /** E.g. `AGXMetalG16X`. */
  readonly metalPlugin: Field<string>;
  /** E.g. `com.apple.AGXG16X`. */
  readonly driverBundle: Field<string>;
  /** Version of the driver's source, e.g. `341.11`. */
  readonly driverVersion: Field<string>;
  /** What is in use by all processes, in bytes. */
  readonly inUseBytes: Field<number>;
  /** What the driver itself uses: another figure than {@linkcode inUseBytes}. */
  readonly inUseByDriverBytes: Field<number>;
  /** What is allocated, in bytes; more than is in use. */
  readonly allocatedBytes: Field<number>;
  /** Percent of the time. */
  readonly devicePercent: Field<number>;
  /** Percent of the time. */
  readonly rendererPercent: Field<number>;
  /** Percent of the time. */
  readonly tilerPercent: Field<number>;
  /** How often the GPU was reset since the machine started. */
  readonly recoveryCount: Field<number>;
  /** When it was last reset, in the driver's own unit; 0 says never. */
  readonly lastRecoveryTime: Field<number>;
}

/** One open connection of a process to a GPU. */
export interface GpuClient {
  /** E.g. `AGXDeviceUserClient`. */
  readonly className: Field<string>;
  /** Its entry in the registry. */
  readonly registryId: Field<number>;
  /** The GPU's entry. */
  readonly acceleratorId: Field<number>;
  /** Who opened it. */
  readonly pid: Field<number>;
  /** The process's name, cut at 16 bytes by the kernel: identify by {@linkcode pid}. */
  readonly name: Field<string>;
  /** GPU time used, summed over its entries, in nanoseconds. */
  readonly gpuTimeNs: Field<number>;
  /** Command queues that are open. */
  readonly commandQueueCount: Field<number>;
}

/** A loaded kernel extension. */
export interface KextFacts {
  /** E.g. `com.apple.iokit.IOGPUFamily`. */
  readonly identifier: string;
  /** E.g. `129.3.2`. */
  readonly version: Field<string>;
  /** Whether it runs. */
  readonly isStarted: Field<boolean>;
}

/** A GPU as Metal shows it. */
export interface MetalDevice {
  /** E.g. `Apple M4 Max`. */
  readonly name: Field<string>;
  /** E.g. `applegpu_g16s`; macOS 14 and later. */
  readonly architecture: Field<string>;
  /** Its entry in the IORegistry. */
  readonly registryId: Field<number>;
  /** What Metal recommends not to exceed, in bytes. */
  readonly recommendedWorkingSetBytes: Field<number>;
  /** What this process holds, in bytes. */
  readonly currentAllocatedBytes: Field<number>;
  /** The largest buffer, in bytes. */
  readonly maxBufferBytes: Field<number>;
  /** Whether it shares memory with the processor. */
  readonly hasUnifiedMemory: Field<boolean>;
  /** Whether it is the sparing one of two. */
  readonly isLowPower: Field<boolean>;
  /** Names of feature sets, e.g. `apple9`, `metal3`. */
  readonly families: readonly string[];
}

/** How a Metal round trip ended. */
export type ProbeOutcome = "ok" | "corrupt" | "failed" | "timeout";

/** What a Metal round trip showed. */
export interface MetalProbe {
  /** `corrupt`: the GPU wrote something else than it was told. */
  readonly outcome: Field<ProbeOutcome>;
  /** From commit to the end, in microseconds. */
  readonly roundTripUs: Field<number>;
  /** With making device and queue, in microseconds. */
  readonly totalUs: Field<number>;
  /** `MTLCommandBufferStatus`, 4 is completed. */
  readonly commandBufferStatus: Field<number>;
  /** Metal's words about a failure. */
  readonly error: Field<string>;
  /** Metal's number of it. */
  readonly errorCode: Field<number>;
}

/** Decodes `mg_accelerators`; an entry of a dictionary of `ioreg -a` has the same properties. */
export function decodeAccelerators(answer: unknown): AcceleratorFacts[] {
  return asEntries(answer).map((entry) => {
    const statistics = asFields(entry["PerformanceStatistics"]);
    return {
      className: textField(entry, "class"),
      registryId: countField(entry, "registryId"),
      model: textField(entry, "model"),
      coreCount: sizeField(entry, "gpu-core-count"),
      metalPlugin: textField(entry, "MetalPluginName"),
      driverBundle: textField(entry, "CFBundleIdentifier"),
      driverVersion: textField(entry, "IOSourceVersion"),
      inUseBytes: countField(statistics, "In use system memory"),
      inUseByDriverBytes: countField(
        statistics,
        "In use system memory (driver)",
      ),
      allocatedBytes: countField(statistics, "Alloc system memory"),
      devicePercent: percentField(statistics, "Device Utilization %"),
      rendererPercent: percentField(statistics, "Renderer Utilization %"),
      tilerPercent: percentField(statistics, "Tiler Utilization %"),
      recoveryCount: countField(statistics, "recoveryCount"),
      lastRecoveryTime: countField(statistics, "lastRecoveryTime"),
    };
  });
}

/** Decodes `mg_gpu_clients`. */
export function decodeGpuClients(answer: unknown): GpuClient[] {
  return asEntries(answer).map((entry) => ({
    className: textField(entry, "class"),
    registryId: countField(entry, "registryId"),
    acceleratorId: countField(entry, "acceleratorId"),
    pid: sizeField(entry, "pid"),
    name: textField(entry, "name"),
    gpuTimeNs: sumUsage(entry),
    commandQueueCount: countField(entry, "CommandQueueCount"),
  }));
}

/** A client without work has no entries: it used 0. One entry that cannot be read makes the sum unknown. */
function sumUsage(entry: Fields): Field<number> {
  if (!Object.hasOwn(entry, "AppUsage")) {
    return unknown(`"AppUsage" is not there`);
  }
  const usage = entry["AppUsage"];
  if (!Array.isArray(usage)) return unknown(`"AppUsage" is no list`);
  let sum = 0;
  for (const one of usage) {
    const field = countField(asFields(one), "accumulatedGPUTime");
    if (field.kind === "unknown") return field;
    sum += field.value;
  }
  return countField({ accumulatedGPUTime: sum }, "accumulatedGPUTime");
}

/** Decodes `mg_kexts`, in the order of the identifiers. */
export function decodeKexts(answer: unknown): KextFacts[] {
  return Object.entries(asFields(answer))
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([identifier, entry]) => ({
      identifier,
      version: textField(asFields(entry), "CFBundleVersion"),
      isStarted: flagField(asFields(entry), "OSBundleStarted"),
    }));
}

/** Decodes `mg_metal_devices`. */
export function decodeMetalDevices(answer: unknown): MetalDevice[] {
  return asEntries(answer).map((entry) => ({
    name: textField(entry, "name"),
    architecture: textField(entry, "architecture"),
    registryId: countField(entry, "registryId"),
    recommendedWorkingSetBytes: sizeField(
      entry,
      "recommendedMaxWorkingSetSize",
    ),
    currentAllocatedBytes: countField(entry, "currentAllocatedSize"),
    maxBufferBytes: sizeField(entry, "maxBufferLength"),
    hasUnifiedMemory: flagField(entry, "hasUnifiedMemory"),
    isLowPower: flagField(entry, "isLowPower"),
    families: asTexts(entry["families"]),
  }));
}

/** Decodes `mg_metal_probe`. */
export function decodeMetalProbe(answer: unknown): MetalProbe {
  const entry = asFields(answer);
  return {
    outcome: outcomeField(entry),
    roundTripUs: countField(entry, "roundTripUs"),
    totalUs: countField(entry, "totalUs"),
    commandBufferStatus: countField(entry, "commandBufferStatus"),
    error: textField(entry, "error"),
    errorCode: countField(entry, "errorCode"),
  };
}

function outcomeField(entry: Fields): Field<ProbeOutcome> {
  const value = entry["outcome"];
  switch (value) {
    case "ok":
    case "corrupt":
    case "failed":
    case "timeout":
      return { kind: "known", value };
    default:
      return unknown(`"outcome" is not one that we know`);
  }
}

function asEntries(answer: unknown): Fields[] {
  return Array.isArray(answer) ? answer.map(asFields) : [];
}
