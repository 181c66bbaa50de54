import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import type {
  GpuAccelerator,
  GpuClient,
  HostMemoryReading,
  MachineProbe,
  MachineReading,
  ProbeSource,
  ProcessMemory,
} from "../../lib/ports/machine_probe.ts";
import type { MetalProbe, MetalReading } from "../../lib/ports/metal_probe.ts";

const NOBODY = unknown<never>("nobody has asked a machine");

/** The GPU of an M4 Max, as a test wants it. */
export function fakeGpu(parts: Partial<GpuAccelerator> = {}): GpuAccelerator {
  return {
    className: "AGXAcceleratorG16X",
    model: known("Apple M4 Max"),
    coreCount: known(40),
    metalPlugin: known("AGXMetalG16X"),
    inUseBytes: known(10_000_000_000),
    allocatedBytes: known(20_000_000_000),
    deviceRatio: known(0.37),
    rendererRatio: known(0.36),
    tilerRatio: known(0.12),
    recoveryCount: known(0),
    ...parts,
  };
}

/** An M4 Max with 128 GiB, as a test wants it. */
export function fakeMachine(
  parts: Partial<MachineReading> = {},
): MachineReading {
  return {
    chip: known("Apple M4 Max"),
    model: known("Mac16,5"),
    memoryBytes: known(137_438_953_472),
    osVersion: known("26.5.2"),
    osBuild: known("25F84"),
    wiredLimitMib: known(0),
    resourceLimit: known(0),
    ...parts,
  };
}

/** Memory of a machine, as a test wants it. */
export function fakeHostMemory(
  parts: Partial<HostMemoryReading> = {},
): HostMemoryReading {
  return {
    freeBytes: known(30_000_000_000),
    activeBytes: known(40_000_000_000),
    inactiveBytes: known(20_000_000_000),
    wiredBytes: known(15_000_000_000),
    compressedBytes: known(0),
    swapUsedBytes: known(0),
    pressure: known("normal"),
    ...parts,
  };
}

/** A machine that answers what a test wants, and knows nothing before. */
export class FakeMachineProbe implements MachineProbe {
  source: ProbeSource = "native";
  accelerators: Observed<readonly GpuAccelerator[]> = NOBODY;
  clients: Observed<readonly GpuClient[]> = NOBODY;
  hostMemory: Observed<HostMemoryReading> = NOBODY;
  machine: Observed<MachineReading> = NOBODY;
  /** Version by bundle. */
  readonly kexts = new Map<string, string>();
  /** Memory by pid. */
  readonly processes = new Map<number, ProcessMemory>();
  /** Every question, in order. */
  readonly asked: string[] = [];

  /** Becomes a healthy M4 Max. */
  beM4Max(): this {
    this.accelerators = known([fakeGpu()]);
    this.clients = known([
      { pid: 412, name: "WindowServer", gpuTimeMs: known(52_000) },
    ]);
    this.hostMemory = known(fakeHostMemory());
    this.machine = known(fakeMachine());
    this.kexts.set("com.apple.iokit.IOGPUFamily", "130.15.2");
    return this;
  }

  readAccelerators(): Promise<Observed<readonly GpuAccelerator[]>> {
    return this.#answer("accelerators", this.accelerators);
  }
  readClients(): Promise<Observed<readonly GpuClient[]>> {
    return this.#answer("clients", this.clients);
  }
  readHostMemory(): Promise<Observed<HostMemoryReading>> {
    return this.#answer("host memory", this.hostMemory);
  }
  readMachine(): Promise<Observed<MachineReading>> {
    return this.#answer("machine", this.machine);
  }
  readProcessMemory(pid: number): Promise<Observed<ProcessMemory>> {
    const memory = this.processes.get(pid);
    return this.#answer(
      `process ${pid}`,
      memory === undefined ? unknown(`no process ${pid}`) : known(memory),
    );
  }
  readKextVersion(bundleId: string): Promise<Observed<string>> {
    const version = this.kexts.get(bundleId);
    return this.#answer(
      `kext ${bundleId}`,
      version === undefined
        ? unknown(`${bundleId} is not loaded`)
        : known(version),
    );
  }

  #answer<T>(question: string, value: Observed<T>): Promise<Observed<T>> {
    this.asked.push(question);
    return Promise.resolve(value);
  }
}

/** A Metal that answers what a test wants. */
export class FakeMetalProbe implements MetalProbe {
  answer: Observed<MetalReading> = NOBODY;
  /** How often it was woken. */
  wakes = 0;

  readMetal(): Promise<Observed<MetalReading>> {
    this.wakes += 1;
    return Promise.resolve(this.answer);
  }
}

/** Metal of an M4 Max. */
export function fakeMetal(parts: Partial<MetalReading> = {}): MetalReading {
  return {
    devices: [{
      name: "Apple M4 Max",
      architecture: known("applegpu_g16s"),
      workingSetBytes: known(115_448_725_504),
      maxBufferBytes: known(86_586_540_032),
    }],
    outcome: "ok",
    roundTripMs: known(0.7),
    error: null,
    ...parts,
  };
}
