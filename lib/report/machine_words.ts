import { GB, GIB } from "../core/bytes.ts";
import type { GpuProgram, ProbeAnswer } from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";

/** The `memory` object of `status`: the seed's keys, each `null` when it is not known, and where the figures come from. */
export function memoryJson(machine: MachineChecks): Record<string, unknown> {
  const { memory, memoryUse } = machine;
  const use = memoryUse.kind === "known" ? memoryUse.value : undefined;
  const isEstimate = memory.limitSource === "estimate";
  return {
    active_gb: scaled(memory.activeBytes, GB),
    peak_gb: scaled(memory.peakBytes, GB),
    available_gb: use === undefined ? null : use.availableBytes / GB,
    limit_gb: scaled(memory.limitBytes, GB),
    active_pct: use === undefined ? null : use.activeRatio * 100,
    peak_pct: use === undefined ? null : use.peakRatio * 100,
    source: memory.source,
    limit_source: memory.limitSource,
    limit_is_estimate: memory.limitSource === null ? null : isEstimate,
    reason: memoryUse.kind === "unknown" ? memoryUse.because : null,
  };
}

/** The `gpu` object of `status`. */
export function gpuJson(machine: MachineChecks): Record<string, unknown> {
  const { busyRatio, recoveryCount, programs } = machine.gpu;
  return {
    utilization_pct: busyRatio.kind === "known" ? busyRatio.value * 100 : null,
    recovery_count: valueOf(recoveryCount),
    clients: programs.kind === "known"
      ? programs.value.map((program) => ({
        pid: program.pid,
        name: program.name,
        connections: program.connections,
        gpu_time_ms: valueOf(program.gpuTimeMs),
      }))
      : null,
    reason: busyRatio.kind === "unknown" ? busyRatio.because : null,
  };
}

/** The `host_memory` object of `status`, in bytes; `null` where nobody could tell. */
export function hostMemoryJson(
  { hostMemory }: MachineChecks,
): Record<string, unknown> | null {
  if (hostMemory.kind === "unknown") return null;
  const { value } = hostMemory;
  return {
    free_bytes: valueOf(value.freeBytes),
    active_bytes: valueOf(value.activeBytes),
    inactive_bytes: valueOf(value.inactiveBytes),
    wired_bytes: valueOf(value.wiredBytes),
    compressed_bytes: valueOf(value.compressedBytes),
    swap_used_bytes: valueOf(value.swapUsedBytes),
    pressure: valueOf(value.pressure),
  };
}

/** Who answered what, for programs. */
export function probesJson(
  answers: readonly ProbeAnswer[],
): readonly Record<string, unknown>[] {
  return answers.map(({ reading, source, failures }) => ({
    reading,
    source,
    failures,
  }));
}

/** The GPU's memory in a line. */
export function memoryWords(machine: MachineChecks): string {
  const { memory, memoryUse } = machine;
  if (memory.activeBytes.kind === "unknown") {
    return `unknown: ${plainText(memory.activeBytes.because)}`;
  }
  const active = `${inGb(memory.activeBytes.value)} in use`;
  if (memory.limitBytes.kind === "unknown") {
    return `${active}, limit unknown: ${plainText(memory.limitBytes.because)}`;
  }
  const share = memoryUse.kind === "known"
    ? ` (${Math.round(memoryUse.value.activeRatio * 100)} %)`
    : "";
  const limit = inGb(memory.limitBytes.value);
  return `${active} of ${limit}${share}${limitWords(machine)}`;
}

function limitWords({ memory }: MachineChecks): string {
  switch (memory.limitSource) {
    case "wired_limit":
      return ", the limit set in iogpu.wired_limit_mb";
    case "working_set":
      return ", the limit that Metal recommends";
    case "estimate":
      return ", an estimated limit; metal-guard doctor --metal reads it";
    case null:
      return "";
  }
}

/** How many programs a line names. */
const NAMED = 3;

/** What the GPU does in a line. */
export function gpuWords(machine: MachineChecks): string {
  const { busyRatio, recoveryCount, programs } = machine.gpu;
  if (busyRatio.kind === "unknown" && recoveryCount.kind === "unknown") {
    return `unknown: ${plainText(busyRatio.because)}`;
  }
  const busy = busyRatio.kind === "known"
    ? `${Math.round(busyRatio.value * 100)} % busy`
    : "utilisation unknown";
  const resets = recoveryCount.kind === "known"
    ? `${recoveryCount.value} reset${
      recoveryCount.value === 1 ? "" : "s"
    } since boot`
    : "resets unknown";
  return [busy, resets, programWords(programs)].join(", ");
}

function programWords(programs: Observed<readonly GpuProgram[]>): string {
  if (programs.kind === "unknown") return "programs unknown";
  const { value } = programs;
  const names = value.slice(0, NAMED)
    .map(({ name, pid }) => `${plainText(name, 32)} (pid ${pid})`);
  const rest = value.length > NAMED ? `, ${value.length - NAMED} more` : "";
  return value.length === 0
    ? "used by nobody"
    : `used by ${names.join(", ")}${rest}`;
}

/** Chip, memory and system in a line. */
export function machineWords(machine: MachineChecks): string {
  const { chip, memoryBytes, osVersion, osBuild, driverVersion } =
    machine.hardware;
  if (chip.kind === "unknown") return `unknown: ${plainText(chip.because)}`;
  const parts = [
    plainText(chip.value, 80),
    memoryBytes.kind === "known" ? inGib(memoryBytes.value) : "memory unknown",
    osVersion.kind === "known"
      ? `macOS ${plainText(osVersion.value, 20)}${
        osBuild.kind === "known" ? ` (${plainText(osBuild.value, 20)})` : ""
      }`
      : "system unknown",
    driverVersion.kind === "known"
      ? `GPU driver ${plainText(driverVersion.value, 40)}`
      : "GPU driver unknown",
  ];
  return parts.join(", ") + askedWords(machine);
}

/** Through what the machine was asked, and why not through the best way. */
function askedWords({ answers }: MachineChecks): string {
  const answer = answers.find(({ reading }) => reading === "accelerators");
  if (answer === undefined || answer.source === null) return "";
  const why = answer.failures.map(({ source, because }) =>
    `\n${source}: ${plainText(because, 300)}`
  );
  return `\nasked through ${answer.source}${why.join("")}`;
}

/** Who answered, in a line: the best way first, and why those before it did not. */
export function answerWords(answer: ProbeAnswer): string {
  const why = answer.failures.map(({ source, because }) =>
    `${source}: ${plainText(because, 300)}`
  );
  const head = answer.source === null
    ? "unknown"
    : `answered by ${answer.source}`;
  return [head, ...why].join("\n");
}

/** Bytes as decimal gigabytes: memory in use and limits. */
export function inGb(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}

/** Bytes as binary gigabytes: the machine's own memory. */
export function inGib(bytes: number): string {
  const size = bytes / GIB;
  return `${Number.isInteger(size) ? size : size.toFixed(1)} GiB`;
}

/** The value, `null` when it is not known. */
export function valueOf<T>(reading: Observed<T>): T | null {
  return reading.kind === "known" ? reading.value : null;
}

/** The value in another unit, `null` when it is not known. */
export function scaled(
  reading: Observed<number>,
  unit: number,
): number | null {
  return reading.kind === "known" ? reading.value / unit : null;
}
