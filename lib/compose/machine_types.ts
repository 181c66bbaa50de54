/**
 * Types of the machine's readings that callers hold; `mod.ts` hands them on.
 *
 * @module
 */
export type { GpuFamily } from "../core/gpu_family.ts";
export type { HardwareFacts } from "../core/hardware.ts";
export type {
  GpuAccelerator,
  GpuClient,
  GpuProgram,
  HostMemoryReading,
  MachineReading,
  MemoryPressure,
  MetalDevice,
  MetalReading,
  ProbeAnswer,
  ProbeSource,
  ProcessMemory,
} from "../core/machine_reading.ts";
export type {
  GpuMemoryStatus,
  MemoryLimitSource,
} from "../core/gpu_memory_status.ts";
export type { Place } from "../facts/place.ts";
export type { AuditReport } from "../layers/audit.ts";
export type { DoctorReport, KnobState } from "../layers/doctor.ts";
export type { GpuUse } from "../layers/gpu_use.ts";
export type { HardwareReport } from "../layers/hardware.ts";
export type { MachineChecks } from "../policy/machine_checks.ts";
export type { GpuProbe } from "../ports/gpu_probe.ts";
export type {
  MachineFacts,
  MachineProbe,
  MemoryProbe,
  ProbeChain,
} from "../ports/machine_probe.ts";
export type { MetalProbe } from "../ports/metal_probe.ts";
export type {
  HangMark,
  OwnProcess,
  SelfProgram,
} from "../ports/own_process.ts";
export type { MemoryFigures, MemoryUse } from "../policy/memory_use.ts";
export type {
  WiredLimitAudit,
  WiredLimitFacts,
  WiredLimitMode,
} from "../policy/wired_limit.ts";
export type {
  DoctorPart,
  MachineGuard,
  MachineParts,
  MachinePorts,
} from "./machine_guard.ts";
