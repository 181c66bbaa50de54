import { GateGuard } from "./gate.ts";
import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import type { Observed } from "../core/observed.ts";
import type { AuditReport } from "../layers/audit.ts";
import type { DoctorReport } from "../layers/doctor.ts";
import type { GpuUse } from "../layers/gpu_use.ts";
import type { HardwareReport } from "../layers/hardware.ts";
import type { ProbeChain } from "../ports/machine_probe.ts";
import type { MetalProbe } from "../ports/metal_probe.ts";
import type { OwnProcess } from "../ports/own_process.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";

/** What reaches the machine; all of it has a default. */
export interface MachinePorts {
  /** This process; without it the dylib is not used. */
  readonly own?: OwnProcess;
  /** Answers about GPU, memory and machine in place of dylib and command-line programs. */
  readonly probes?: ProbeChain;
  /** Answers in place of Metal. */
  readonly metal?: MetalProbe;
}

/** The layers that ask the machine. */
export interface MachineParts {
  /** Layer 13b. */
  readonly hardware: { read(): Promise<HardwareReport> };
  /** Layer 5, reading side. */
  readonly memory: { read(): Promise<GpuMemoryStatus>; resetPeak(): void };
  /** What the GPU does. */
  readonly gpu: { read(): Promise<GpuUse> };
  /** R2 and R3. */
  readonly audit: { run(): Promise<AuditReport> };
  /** Asks everything once. */
  check(): Promise<MachineChecks>;
  /** Pids that have a connection to the GPU. */
  readGpuPids(): Promise<Observed<readonly number[]>>;
}

/** Looks at everything once. */
export interface DoctorPart {
  /** `metal` asks Metal too, which wakes the GPU driver. */
  run(options?: { readonly metal?: boolean }): Promise<DoctorReport>;
}

/** What of a guard asks the machine. All of it is loaded when it is first asked: the gate never pays for it. */
export abstract class MachineGuard extends GateGuard {
  /** Loads the layers that ask the machine. */
  protected abstract loadMachine(): Promise<MachineParts>;
  /** Loads what looks at everything. */
  protected abstract loadDoctor(): Promise<DoctorPart>;

  /** Layer 13b: what this machine is, and which settings fit it. */
  get hardware(): { read(): Promise<HardwareReport> } {
    return {
      read: async () => (await this.loadMachine()).hardware.read(),
    };
  }

  /** Layer 5, reading side: memory of the GPU. */
  get gpuMemory(): {
    read(): Promise<GpuMemoryStatus>;
    resetPeak(): Promise<void>;
  } {
    return {
      read: async () => (await this.loadMachine()).memory.read(),
      resetPeak: async () => (await this.loadMachine()).memory.resetPeak(),
    };
  }

  /** What the GPU does, for whom, and whether it was reset. */
  get gpu(): { read(): Promise<GpuUse> } {
    return { read: async () => (await this.loadMachine()).gpu.read() };
  }

  /** R2 and R3: how the machine is set up for GPU work. */
  get audit(): { run(): Promise<AuditReport> } {
    return { run: async () => (await this.loadMachine()).audit.run() };
  }

  /** Asks the machine everything once: hardware, memory, GPU, limits, and who answered. */
  async checkMachine(): Promise<MachineChecks> {
    return await (await this.loadMachine()).check();
  }

  /** Pids that have a connection to the GPU; without any client at all it is unknown. */
  async readGpuPids(): Promise<Observed<readonly number[]>> {
    return await (await this.loadMachine()).readGpuPids();
  }

  /** Looks at everything once. */
  get doctor(): DoctorPart {
    return { run: async (options) => (await this.loadDoctor()).run(options) };
  }
}

/** The word by which this program knows that it is its own child. */
export const CHILD_WORD = "__native";

/**
 * Asks the dylib inside this process, as the child that {@linkcode CHILD_WORD} made of it.
 *
 * @param args The task and the dylib's path.
 * @returns What to print, `undefined` when the arguments are not those of a child.
 */
export async function answerNativeChild(
  args: readonly string[],
): Promise<string | undefined> {
  const { answerTask } = await import("./native_child.ts");
  return await answerTask(args);
}
