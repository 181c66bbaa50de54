import { MIB } from "../core/bytes.ts";
import type { HostMemoryReading } from "../core/machine_reading.ts";
import type { MemoryLimitSource } from "../core/gpu_memory_status.ts";
import type { MemoryPressure } from "../core/machine_reading.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import { valueOf } from "./machine_words.ts";
import { figure, reading, stateSet } from "./metric_samples.ts";
import type { MetricFamily, MetricSample } from "./prometheus_text.ts";

/** One metric of the machine, and how its figures are found. */
export interface MachineMetricRow extends Omit<MetricFamily, "samples"> {
  /** Its figures; none for what is not known. */
  readonly read: (machine: MachineChecks) => readonly MetricSample[];
}

const SOURCES: readonly MemoryLimitSource[] = [
  "wired_limit",
  "working_set",
  "estimate",
];
const PRESSURES: readonly MemoryPressure[] = ["normal", "warn", "critical"];

/** Every metric of the machine and its GPU, in the order of the file. */
export const MACHINE_METRICS: readonly MachineMetricRow[] = [
  {
    name: "metal_guard_machine_info",
    type: "gauge",
    help: "Chip, system and GPU driver of the machine.",
    read: machineInfo,
  },
  {
    name: "metal_guard_gpu_memory_used_bytes",
    type: "gauge",
    help: "Memory that the GPU uses, of all programs together.",
    read: ({ memory }) => reading(memory.activeBytes),
  },
  {
    name: "metal_guard_gpu_memory_peak_bytes",
    type: "gauge",
    help: "The most of it since the writer of this file started.",
    read: ({ memory }) => reading(memory.peakBytes),
  },
  {
    name: "metal_guard_gpu_memory_limit_bytes",
    type: "gauge",
    help: "What the GPU may use.",
    read: ({ memory }) => reading(memory.limitBytes),
  },
  {
    name: "metal_guard_gpu_memory_limit_source",
    type: "gauge",
    help: "Who says that limit, 1 for the source that holds.",
    read: ({ memory }) => stateSet("source", SOURCES, memory.limitSource),
  },
  {
    name: "metal_guard_gpu_busy_ratio",
    type: "gauge",
    help: "Share of time in which the GPU worked.",
    read: ({ gpu }) => reading(gpu.busyRatio),
  },
  {
    name: "metal_guard_gpu_recoveries_total",
    type: "counter",
    help: "How often the GPU was reset since the machine started.",
    read: ({ gpu }) => reading(gpu.recoveryCount),
  },
  {
    name: "metal_guard_gpu_programs",
    type: "gauge",
    help: "Programs that have a connection to the GPU.",
    read: ({ gpu }) => figure(valueOf(gpu.programs)?.length),
  },
  {
    name: "metal_guard_gpu_cores",
    type: "gauge",
    help: "Cores of the GPU.",
    read: ({ hardware }) => reading(hardware.coreCount),
  },
  {
    name: "metal_guard_memory_size_bytes",
    type: "gauge",
    help: "Memory of the machine.",
    read: ({ hardware }) => reading(hardware.memoryBytes),
  },
  {
    name: "metal_guard_memory_free_bytes",
    type: "gauge",
    help: "Memory that nobody uses.",
    read: ofHost(({ freeBytes }) => reading(freeBytes)),
  },
  {
    name: "metal_guard_memory_wired_bytes",
    type: "gauge",
    help: "Memory that cannot be paged out.",
    read: ofHost(({ wiredBytes }) => reading(wiredBytes)),
  },
  {
    name: "metal_guard_memory_compressed_bytes",
    type: "gauge",
    help: "Memory that the compressor occupies.",
    read: ofHost(({ compressedBytes }) => reading(compressedBytes)),
  },
  {
    name: "metal_guard_memory_swap_used_bytes",
    type: "gauge",
    help: "Swap in use.",
    read: ofHost(({ swapUsedBytes }) => reading(swapUsedBytes)),
  },
  {
    name: "metal_guard_memory_pressure",
    type: "gauge",
    help: "How pressed for memory the system is, 1 for the level that holds.",
    read: ofHost(({ pressure }) =>
      stateSet("level", PRESSURES, valueOf(pressure))
    ),
  },
  {
    name: "metal_guard_wired_limit_bytes",
    type: "gauge",
    help: "The limit that a person set in iogpu.wired_limit_mb.",
    read: ({ hardware }) => {
      const limit = valueOf(hardware.wiredLimitMib);
      // 0 leaves the choice to macOS: then there is no such limit.
      return figure(limit === null || limit === 0 ? null : limit * MIB);
    },
  },
];

function machineInfo(
  { hardware }: MachineChecks,
): readonly MetricSample[] {
  const labels = Object.fromEntries(
    ([
      ["chip", hardware.chip],
      ["model", hardware.model],
      ["gpu_family", hardware.family],
      ["os_version", hardware.osVersion],
      ["os_build", hardware.osBuild],
      ["gpu_driver", hardware.driverVersion],
    ] as const).flatMap(([name, value]) =>
      value.kind === "known" ? [[name, value.value] as const] : []
    ),
  );
  return Object.keys(labels).length === 0 ? [] : [{ labels, value: 1 }];
}

function ofHost(
  read: (host: HostMemoryReading) => readonly MetricSample[],
): (machine: MachineChecks) => readonly MetricSample[] {
  return ({ hostMemory }) =>
    hostMemory.kind === "known" ? read(hostMemory.value) : [];
}
