/**
 * Where the layers meet that ask the machine. Loaded when one of them is first asked: the gate never pays for it.
 *
 * @module
 */
import { createDenoHostIdentity } from "../adapters/deno/host_identity.ts";
import { createIoregProbe } from "../adapters/ioreg/machine_probe.ts";
import type { NativeCaller } from "../adapters/native/caller.ts";
import { createMetalChild } from "../adapters/native/child.ts";
import { createNativeProbe } from "../adapters/native/machine_probe.ts";
import { createUnsupportedProbe } from "../adapters/unsupported/machine_probe.ts";
import type { MetalReading } from "../core/machine_reading.ts";
import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import {
  type CachedWorkingSet,
  readWorkingSet,
  recordWorkingSet,
} from "../facts/working_set.ts";
import { Audit } from "../layers/audit.ts";
import { GpuMemory } from "../layers/gpu_memory.ts";
import { GpuUseLayer } from "../layers/gpu_use.ts";
import { Hardware } from "../layers/hardware.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import { evaluateMemoryUse, type MemoryUse } from "../policy/memory_use.ts";
import type { HostIdentity } from "../ports/host_identity.ts";
import { chainProbes, rememberAnswers } from "../ports/machine_chain.ts";
import type {
  MachineProbe,
  ProbeAnswer,
  ProbeChain,
} from "../ports/machine_probe.ts";
import type { MetalProbe } from "../ports/metal_probe.ts";
import type { ProcessChain } from "../ports/process_chain.ts";
import { GPU_FAMILIES } from "../registry/gpu_families.ts";
import {
  libraryOf,
  makeNativeCaller,
  type NativeSetup,
} from "./native_source.ts";

/** What the machine's layers work with. */
export interface MachineSetup extends NativeSetup {
  /** Answers in place of dylib and command-line programs. */
  readonly probes?: ProbeChain;
  /** Answers in place of Metal. */
  readonly metal?: MetalProbe;
  /** Which machine this is. */
  readonly host?: HostIdentity;
  /** Cache of Metal's limit. */
  readonly workingSet: string | undefined;
  /** Who asks the dylib; left out, the layers open it for themselves. */
  readonly native?: () => NativeCaller | undefined;
  /** Processes, to tell how they are looked at. */
  readonly processes?: ProcessChain;
}

/** How long Metal's child may take, in milliseconds: the GPU's own 5 s, and the program's start. */
const METAL_TIMEOUT_MS = 10_000;

/** Every layer that asks the machine, over one chain of ways to ask. */
export class MachineLayers {
  /** Layer 13b. */
  readonly hardware: Hardware;
  /** Layer 5, reading side. */
  readonly memory: GpuMemory;
  /** What the GPU does. */
  readonly gpu: GpuUseLayer;
  /** R2 and R3. */
  readonly audit: Audit;
  /** The ways to ask. */
  readonly probes: ProbeChain;
  readonly #setup: MachineSetup;
  readonly #host: HostIdentity;

  /** Nothing is asked yet. */
  constructor(setup: MachineSetup) {
    this.#setup = setup;
    this.#host = setup.host ?? createDenoHostIdentity(setup.children);
    this.probes = setup.probes ?? chainProbes(probesFor(setup));
    this.hardware = new Hardware(this.probes, GPU_FAMILIES);
    this.memory = new GpuMemory(
      this.probes,
      (osBuild) => this.readWorkingSet(osBuild),
    );
    this.gpu = new GpuUseLayer(this.probes);
    this.audit = new Audit(this.probes);
  }

  /** Asks everything once, each program at most once. */
  async check(): Promise<MachineChecks> {
    const probes = rememberAnswers(this.probes);
    const [hardware, memory, gpu, audit] = await Promise.all([
      this.hardware.read(probes),
      this.memory.read(probes),
      this.gpu.read(probes),
      this.audit.run(probes),
    ]);
    const cache = await this.readWorkingSet(hardware.osBuild);
    const processes = await this.#processAnswer();
    return {
      hardware,
      memory,
      memoryUse: memoryUse(memory),
      gpu,
      hostMemory: audit.hostMemory,
      wiredLimit: audit.wiredLimit,
      answers: [...probes.answers, ...processes],
      findings: [...gpu.findings, ...audit.findings, ...cache.findings],
    };
  }

  /** How processes are looked at, shown by a look at our own. */
  async #processAnswer(): Promise<readonly ProbeAnswer[]> {
    const { processes, system } = this.#setup;
    await processes?.read(system.pid);
    return processes?.answer === undefined ? [] : [processes.answer];
  }

  /** Asks Metal in a process of its own. */
  readMetal(): Promise<Observed<MetalReading>> {
    const setup = this.#setup;
    const metal = setup.metal ?? createMetalChild(
      { children: setup.children, self: setup.own?.self },
      libraryOf(setup),
    );
    return metal.readMetal(METAL_TIMEOUT_MS);
  }

  /**
   * Pids that have a connection to the GPU, for the lock's forced take-over. An empty list proves nothing: on a Mac with
   * a screen there is always one, so it is `unknown`.
   */
  async readGpuPids(): Promise<Observed<readonly number[]>> {
    const clients = await this.probes.readClients();
    if (clients.kind === "unknown") return clients;
    return clients.value.length === 0
      ? unknown("no client of the GPU is seen at all")
      : known(clients.value.map(({ pid }) => pid));
  }

  /** Metal's limit as it was cached. */
  readWorkingSet(osBuild: Observed<string>): Promise<CachedWorkingSet> {
    const { store, workingSet } = this.#setup;
    return readWorkingSet({ store, host: this.#host }, workingSet, osBuild);
  }

  /** Writes down the limit of the first device that tells one. */
  async keepWorkingSet(
    osBuild: Observed<string>,
    metal: MetalReading,
  ): Promise<void> {
    const limit = metal.devices.map((device) => device.workingSetBytes)
      .find((one) => one.kind === "known");
    if (osBuild.kind === "unknown" || limit?.kind !== "known") return;
    const { clock, store, owner, workingSet } = this.#setup;
    await recordWorkingSet(
      { clock, store, owner, host: this.#host },
      workingSet,
      {
        osBuild: osBuild.value,
        limitBytes: limit.value,
      },
    );
  }
}

function memoryUse(memory: GpuMemoryStatus): Observed<MemoryUse> {
  const { activeBytes, peakBytes, limitBytes } = memory;
  if (activeBytes.kind === "unknown") return activeBytes;
  if (peakBytes.kind === "unknown") return peakBytes;
  return limitBytes.kind === "unknown" ? limitBytes : known(evaluateMemoryUse({
    activeBytes: activeBytes.value,
    peakBytes: peakBytes.value,
    limitBytes: limitBytes.value,
  }));
}

/** Native, then the system's programs, then an honest "unknown". */
function probesFor(setup: MachineSetup): readonly MachineProbe[] {
  const { platform } = setup.system;
  const caller = setup.native === undefined
    ? makeNativeCaller(setup)
    : setup.native();
  return [
    ...(caller === undefined ? [] : [createNativeProbe(caller)]),
    ...(platform === "darwin" ? [createIoregProbe(setup.children)] : []),
    createUnsupportedProbe(platform),
  ];
}
