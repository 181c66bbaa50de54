/**
 * What `libmetalguard` answers, as typed values. Every figure is a {@linkcode Field}: a property that is missing, of the
 * wrong type, negative, or too large is `unknown` and says so. The decoders throw nothing and take any JSON.
 *
 * @module
 */
import {
  asFields,
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

/** The machine's memory. All but the page size and the level are bytes or counts since the start. */
export interface HostMemory {
  /** Bytes of a page. */
  readonly pageBytes: Field<number>;
  /** What is built in: `hw.memsize`. */
  readonly memoryBytes: Field<number>;
  /** Free pages, the speculative ones among them, as the kernel counts. */
  readonly freeBytes: Field<number>;
  /** Recently used. */
  readonly activeBytes: Field<number>;
  /** Not recently used. */
  readonly inactiveBytes: Field<number>;
  /** Cannot be paged out. GPU memory in use is in it. */
  readonly wiredBytes: Field<number>;
  /** Read ahead, unused so far. */
  readonly speculativeBytes: Field<number>;
  /** May be thrown away. */
  readonly purgeableBytes: Field<number>;
  /** Backed by files. */
  readonly externalBytes: Field<number>;
  /** Not backed by files. */
  readonly internalBytes: Field<number>;
  /** What the compressor occupies. */
  readonly compressorBytes: Field<number>;
  /** What is stored in it, uncompressed. */
  readonly uncompressedInCompressorBytes: Field<number>;
  /** Pages read back from swap since the start. */
  readonly swapIns: Field<number>;
  /** Pages written to swap since the start. */
  readonly swapOuts: Field<number>;
  /** Size of the swap files. */
  readonly swapTotalBytes: Field<number>;
  /** What of it is used. */
  readonly swapUsedBytes: Field<number>;
  /** Memory pressure as the kernel says it: 1 normal, 2 warning, 4 critical. */
  readonly pressureLevel: Field<number>;
}

/** One process. */
export interface NativeProcess {
  /** Its number. */
  readonly pid: Field<number>;
  /** Who started it, or took it over. */
  readonly parentPid: Field<number>;
  /** Its process group. */
  readonly groupPid: Field<number>;
  /** Effective user. */
  readonly userId: Field<number>;
  /** Whether it has ended and waits for its parent to ask how. */
  readonly isZombie: Field<boolean>;
  /** When it started by the wall clock of that time, in microseconds since 1970: the token of kind `libproc`. */
  readonly startUs: Field<number>;
  /** When it started on the clock that nobody sets, in ticks; own processes only. */
  readonly startAbstime: Field<number>;
  /** The kernel's name of it, at most 16 bytes. */
  readonly command: Field<string>;
  /** Its own name, at most 32 bytes. */
  readonly name: Field<string>;
  /** Path of its program. */
  readonly path: Field<string>;
  /** What the kernel judges it by when memory is short; GPU memory is in it. Own processes only. */
  readonly footprintBytes: Field<number>;
  /** The highest footprint ever. Own processes only. */
  readonly peakFootprintBytes: Field<number>;
  /** Resident memory. Own processes only. */
  readonly residentBytes: Field<number>;
  /** Wired memory. Own processes only. */
  readonly wiredBytes: Field<number>;
}

/** The running boot. */
export interface BootSession {
  /** `kern.bootsessionuuid`, upper case. */
  readonly uuid: Field<string>;
  /** `kern.boottime` in microseconds since 1970; it moves when the clock is set. */
  readonly bootTimeUs: Field<number>;
}

/** `SZOMB` of the kernel. */
const ZOMBIE = 5;

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

/** Decodes `mg_host_memory`. */
export function decodeHostMemory(answer: unknown): HostMemory {
  const entry = asFields(answer);
  return {
    pageBytes: sizeField(entry, "pageSize"),
    memoryBytes: sizeField(entry, "memoryBytes"),
    freeBytes: countField(entry, "freeBytes"),
    activeBytes: countField(entry, "activeBytes"),
    inactiveBytes: countField(entry, "inactiveBytes"),
    wiredBytes: countField(entry, "wiredBytes"),
    speculativeBytes: countField(entry, "speculativeBytes"),
    purgeableBytes: countField(entry, "purgeableBytes"),
    externalBytes: countField(entry, "externalBytes"),
    internalBytes: countField(entry, "internalBytes"),
    compressorBytes: countField(entry, "compressorBytes"),
    uncompressedInCompressorBytes: countField(
      entry,
      "uncompressedInCompressorBytes",
    ),
    swapIns: countField(entry, "swapins"),
    swapOuts: countField(entry, "swapouts"),
    swapTotalBytes: countField(entry, "swapTotalBytes"),
    swapUsedBytes: countField(entry, "swapUsedBytes"),
    pressureLevel: sizeField(entry, "pressureLevel"),
  };
}

/** Decodes `mg_process`. */
export function decodeProcess(answer: unknown): NativeProcess {
  const entry = asFields(answer);
  const status = countField(entry, "status");
  return {
    pid: sizeField(entry, "pid"),
    parentPid: countField(entry, "ppid"),
    groupPid: countField(entry, "pgid"),
    userId: countField(entry, "uid"),
    isZombie: status.kind === "known"
      ? { kind: "known", value: status.value === ZOMBIE }
      : status,
    startUs: sizeField(entry, "startUs"),
    startAbstime: sizeField(entry, "startAbstime"),
    command: textField(entry, "command"),
    name: textField(entry, "name"),
    path: textField(entry, "path"),
    footprintBytes: countField(entry, "physFootprintBytes"),
    peakFootprintBytes: countField(entry, "lifetimeMaxPhysFootprintBytes"),
    residentBytes: countField(entry, "residentBytes"),
    wiredBytes: countField(entry, "wiredBytes"),
  };
}

/** Decodes `mg_boot_session`. */
export function decodeBootSession(answer: unknown): BootSession {
  const entry = asFields(answer);
  const uuid = textField(entry, "uuid");
  return {
    uuid: uuid.kind === "known" && !UUID.test(uuid.value)
      ? unknown(`"uuid" is no UUID`)
      : uuid.kind === "known"
      ? { kind: "known", value: uuid.value.toUpperCase() }
      : uuid,
    bootTimeUs: sizeField(entry, "bootTimeUs"),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Decodes `mg_children`; what is no pid is left out. */
export function decodeChildren(answer: unknown): number[] {
  if (!Array.isArray(answer)) return [];
  return answer.filter((pid): pid is number =>
    typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0
  );
}

/** Decodes `mg_process_args`. */
export function decodeProcessArgs(answer: unknown): string[] {
  return asTexts(answer);
}

function asEntries(answer: unknown): Fields[] {
  return Array.isArray(answer) ? answer.map(asFields) : [];
}

function asTexts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is string => typeof one === "string");
}
