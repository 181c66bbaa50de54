/**
 * Where the layers meet that ask the machine. Loaded when one of them is first asked: the gate never pays for it.
 *
 * @module
 */
import { createDenoHostIdentity } from "../adapters/deno/host_identity.ts";
import { createIoregProbe } from "../adapters/ioreg/machine_probe.ts";
import {
  createMetalChild,
  tryNativeLibrary,
} from "../adapters/native/child.ts";
import { openNativeLibrary } from "../adapters/native/library.ts";
import { createNativeProbe } from "../adapters/native/machine_probe.ts";
import type { NativeQuestions } from "../adapters/native/questions.ts";
import { createUnsupportedProbe } from "../adapters/unsupported/machine_probe.ts";
import type { MetalReading } from "../core/machine_reading.ts";
import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { verifyNativeLibrary } from "../facts/native_manifest.ts";
import { checkNativeTrial } from "../facts/native_trial.ts";
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
import type { ChildProcesses } from "../ports/child_process.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { HostIdentity } from "../ports/host_identity.ts";
import { chainProbes, rememberAnswers } from "../ports/machine_chain.ts";
import type { MachineProbe, ProbeChain } from "../ports/machine_probe.ts";
import type { MetalProbe } from "../ports/metal_probe.ts";
import type { OwnProcess } from "../ports/own_process.ts";
import type { Owner } from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";
import { GPU_FAMILIES } from "../registry/gpu_families.ts";

/** What the machine's layers work with. */
export interface MachineSetup {
  /** Time. */
  readonly clock: Clock;
  /** The disk. */
  readonly store: FileStore;
  /** The operating system. */
  readonly system: SystemFacts;
  /** Other programs. */
  readonly children: ChildProcesses;
  /** This process; without it the dylib cannot be tried, and is not used. */
  readonly own?: OwnProcess;
  /** Answers in place of dylib and command-line programs. */
  readonly probes?: ProbeChain;
  /** Answers in place of Metal. */
  readonly metal?: MetalProbe;
  /** Which machine this is. */
  readonly host?: HostIdentity;
  /** Who gets the files that are made. */
  readonly owner: () => Owner | undefined;
  /** `METALGUARD_LIBRARY`. */
  readonly library: string | undefined;
  /** Cache of Metal's limit. */
  readonly workingSet: string | undefined;
  /** Outcome of the dylib's trial. */
  readonly nativeTrial: string | undefined;
}

/** How long Metal's child may take, in milliseconds: the GPU's own 5 s, and the program's start. */
const METAL_TIMEOUT_MS = 10_000;

/** The dylib that is built with the program, from this file and from the bundle of all files. */
const OWN_LIBRARY = "../../dist/ffi/libmetalguard.dylib";
const OWN_LIBRARY_OF_BUNDLE = "ffi/libmetalguard.dylib";

/** Why there is no dylib where the package was imported from an address: a library is opened from a file only. */
const NO_LIBRARY =
  "no dylib lies beside a package that was imported from an address; METALGUARD_LIBRARY names one that you built";

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
    return {
      hardware,
      memory,
      memoryUse: memoryUse(memory),
      gpu,
      hostMemory: audit.hostMemory,
      wiredLimit: audit.wiredLimit,
      answers: probes.answers,
      findings: [...gpu.findings, ...audit.findings, ...cache.findings],
    };
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
  const path = libraryOf(setup);
  const hang = setup.own?.hang;
  return [
    ...(path === undefined && platform !== "darwin" ? [] : [
      createNativeProbe({
        open: () =>
          path === undefined
            ? Promise.resolve(unknown(NO_LIBRARY))
            : openTried(setup, path),
        onHang: () => {
          if (hang !== undefined) hang.isSet = true;
        },
      }),
    ]),
    ...(platform === "darwin" ? [createIoregProbe(setup.children)] : []),
    createUnsupportedProbe(platform),
  ];
}

/** The dylib: one that a person named, else, on a Mac, the one built with the program. */
function libraryOf(setup: MachineSetup): string | undefined {
  if (setup.library !== undefined) return setup.library;
  if (setup.system.platform !== "darwin") return undefined;
  const isSource = import.meta.url.endsWith("/lib/compose/machine.ts");
  const url = new URL(
    isSource ? OWN_LIBRARY : OWN_LIBRARY_OF_BUNDLE,
    import.meta.url,
  );
  return url.protocol === "file:"
    ? decodeURIComponent(url.pathname)
    : undefined;
}

async function openTried(
  setup: MachineSetup,
  path: string,
): Promise<Observed<NativeQuestions>> {
  const { children, clock, store, owner, own } = setup;
  if (own === undefined) {
    return unknown("the dylib cannot be tried here, so it is not used");
  }
  const isOwn = setup.library === undefined;
  const verified = await verifyNativeLibrary(store, path, { isOwn });
  if (verified.kind === "unknown") {
    return unknown(`${path} is not opened: ${verified.because}`);
  }
  const trial = await checkNativeTrial({
    store,
    clock,
    owner,
    runTrial: (library) =>
      tryNativeLibrary({ children, self: own.self }, library),
  }, {
    path,
    record: setup.nativeTrial,
    systemVersion: own.systemVersion,
  });
  return trial.kind === "unknown"
    ? unknown(`${path}: ${trial.because}`)
    : openNativeLibrary(path);
}
