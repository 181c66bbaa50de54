import type { GpuFamily } from "../core/gpu_family.ts";
import type { HardwareFacts } from "../core/hardware.ts";
import type {
  GpuAccelerator,
  MachineReading,
} from "../core/machine_reading.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { familyOfAccelerator } from "../parse/gpu_family.ts";
import type { GpuProbe } from "../ports/gpu_probe.ts";
import type { MachineFacts } from "../ports/machine_probe.ts";

/** The kernel extension that panics. */
export const GPU_DRIVER = "com.apple.iokit.IOGPUFamily";

/**
 * Gathers what this machine is. Each fact is there or `unknown` by itself; Metal is not asked.
 *
 * @param probe Who is asked.
 * @param families Generations of GPUs that are known.
 */
export async function readHardware(
  probe: GpuProbe & MachineFacts,
  families: readonly GpuFamily[],
): Promise<HardwareFacts> {
  const [machine, accelerators, driverVersion] = await Promise.all([
    probe.readMachine(),
    probe.readAccelerators(),
    probe.readKextVersion(GPU_DRIVER),
  ]);
  const gpu = firstGpu(accelerators);
  const chip = field(machine, "chip");
  return {
    chip,
    model: field(machine, "model"),
    family: familyOf(gpu, chip, families),
    accelerator: gpu.kind === "known" ? known(gpu.value.className) : gpu,
    coreCount: gpu.kind === "known" ? gpu.value.coreCount : gpu,
    memoryBytes: field(machine, "memoryBytes"),
    osVersion: field(machine, "osVersion"),
    osBuild: field(machine, "osBuild"),
    driverVersion,
    wiredLimitMib: field(machine, "wiredLimitMib"),
    resourceLimit: field(machine, "resourceLimit"),
  };
}

function field<K extends keyof MachineReading>(
  machine: Observed<MachineReading>,
  name: K,
): MachineReading[K] | { readonly kind: "unknown"; readonly because: string } {
  return machine.kind === "known" ? machine.value[name] : machine;
}

function firstGpu(
  accelerators: Observed<readonly GpuAccelerator[]>,
): Observed<GpuAccelerator> {
  if (accelerators.kind === "unknown") return accelerators;
  const [gpu] = accelerators.value;
  return gpu === undefined ? unknown(NO_GPU) : known(gpu);
}

/** What an empty IORegistry means. */
export const NO_GPU =
  "the IORegistry has no GPU: its driver is not loaded, or this is a virtual machine";

function familyOf(
  gpu: Observed<GpuAccelerator>,
  chip: Observed<string>,
  families: readonly GpuFamily[],
): Observed<string> {
  const byDriver = gpu.kind === "known"
    ? familyOfAccelerator(gpu.value.className, families)
    : undefined;
  if (byDriver !== undefined) return known(byDriver.name);
  // The driver is gone after some panics; the processor still says what it is.
  const byChip = chip.kind === "known"
    ? /^Apple (M\d{1,2})(?: |$)/.exec(chip.value)?.[1]
    : undefined;
  if (byChip !== undefined) return known(byChip);
  if (gpu.kind === "known") {
    return unknown(`${gpu.value.className} is of no family that is known`);
  }
  return gpu;
}
