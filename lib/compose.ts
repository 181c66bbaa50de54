/**
 * The only place where layers meet.
 *
 * @module
 */
import {
  gatePartsOf,
  type GatePorts,
  type MetalGuardSetup,
} from "./compose/gate.ts";
import type { NativeCaller } from "./adapters/native/caller.ts";
import type { MachineLayers } from "./compose/machine.ts";
import type { NativeSetup } from "./compose/native_source.ts";
import {
  type DoctorPart,
  MachineGuard,
  type MachineParts,
  type MachinePorts,
} from "./compose/machine_guard.ts";
import {
  type LayerKit,
  makeCadence,
  makeCircuitBreaker,
  makeLiveGuards,
  makeLock,
  makeOrphans,
  makeResources,
} from "./compose/process_layers.ts";
import { makeStatus } from "./compose/status_parts.ts";
import type { StatusWriterOptions } from "./compose/status_writer.ts";
import type { PostmortemPart } from "./compose/postmortem.ts";
import type { AdvisoryOptions, AdvisoryReport } from "./layers/advisories.ts";
import type { Cadence } from "./layers/cadence.ts";
import type { CircuitBreaker } from "./layers/circuit_breaker.ts";
import { KvGrowthTracker } from "./layers/kv.ts";
import type { Launchd } from "./layers/launchd.ts";
import type { LiveGuards } from "./layers/live_guards.ts";
import type { Lock } from "./layers/lock.ts";
import { LockRun } from "./layers/lock_run.ts";
import { ModeLayer } from "./layers/mode.ts";
import type { Orphans } from "./layers/orphans.ts";
import { ProcessModeLayer } from "./layers/process_mode.ts";
import type { ResourceTracker } from "./layers/resources.ts";
import { Registry } from "./layers/registry.ts";
import type { Status } from "./layers/status.ts";
import type { StatusWriter } from "./layers/status_writer.ts";
import type { ChildProcesses } from "./ports/child_process.ts";
import type { Footprints } from "./ports/footprints.ts";
import type { GuardWatchers } from "./ports/guard_watcher.ts";
import type { ForegroundChildren } from "./ports/foreground_child.ts";
import type { HostIdentity } from "./ports/host_identity.ts";
import type { ReadGpuMemory } from "./ports/gpu_memory.ts";
import type { LinkReader } from "./ports/link_reader.ts";
import { lazyProcessChain, type ProcessChain } from "./ports/process_chain.ts";
import type { ProbeSource } from "./ports/machine_probe.ts";
import type { ReadPrivateNames } from "./ports/private_names.ts";
import type { ProcessTable } from "./ports/process_table.ts";
import type { ProgramSignals } from "./ports/program_signals.ts";
import type { Ticker } from "./ports/ticker.ts";
import type { WorkerProcesses } from "./ports/worker_process.ts";

export type { MetalGuardSetup } from "./compose/gate.ts";
export { SAFE_PYTHON_POLICY } from "./policy/safe_python.ts";

/** Everything that touches the world, one interface an effect. */
export interface MetalGuardPorts extends GatePorts, MachinePorts {
  /** Other programs. */
  readonly children: ChildProcesses;
  /** Other processes, by pid and start. */
  readonly table: ProcessTable;
  /** How `table` looks: `ps` has the dylib put before it where there is one. Left out, it is used as it is. */
  readonly tableSource?: ProbeSource;
  /** Which machine this is. */
  readonly host: HostIdentity;
  /** Programs that run in our place. */
  readonly foreground: ForegroundChildren;
  /** Memory of processes; where it is left out, as Deno reads it. */
  readonly footprints?: Footprints;
  /** Who ends a supervised program when its guard dies; where it is left out, `/bin/sh`. */
  readonly watchers?: GuardWatchers;
  /** Loops that do not keep the program alive; where they are left out, Deno's timers. */
  readonly ticker?: Ticker;
  /** The GPU's memory; where it is left out, that is not known. */
  readonly gpuMemory?: ReadGpuMemory;
  /** Processes that own MLX; where they are left out, a Python is started. */
  readonly workers?: WorkerProcesses;
  /** Requests to end; where it is left out, nobody makes one. */
  readonly signals?: ProgramSignals;
  /** Symbolic links; where it is left out, as Deno reads them. */
  readonly links?: LinkReader;
  /** Names of user and machine, to be taken out of texts; where it is left out, Deno and macOS's programs say them. */
  readonly privateNames?: ReadPrivateNames;
}

/** What is known against installed versions, as the guard offers it. */
export interface AdvisoryCheck {
  /** Reads the versions that a Python has, without starting it, and tells what is known against them. */
  check(options?: AdvisoryOptions): Promise<AdvisoryReport>;
}

/** One guard: every layer, made when it is first asked for. */
export class MetalGuard extends MachineGuard {
  readonly #ports: MetalGuardPorts;
  readonly #processes: ProcessChain | undefined;
  readonly #rawMode: string | undefined;
  readonly #isModeGiven: boolean;
  #mode: ModeLayer | undefined;
  #status: Status | undefined;
  #machine: Promise<MachineLayers> | undefined;
  #native: Promise<NativeCaller | undefined> | undefined;
  #cadence: Cadence | undefined;
  #circuitBreaker: CircuitBreaker | undefined;
  #orphans: Orphans | undefined;
  #kv: KvGrowthTracker | undefined;
  #resources: ResourceTracker | undefined;
  #processMode: ProcessModeLayer | undefined;
  #liveGuards: LiveGuards | undefined;
  #lock: Lock | undefined;
  #lockRun: LockRun | undefined;
  #registry: Registry | undefined;

  /** Use {@linkcode createMetalGuard}. */
  constructor(ports: MetalGuardPorts, setup: MetalGuardSetup = {}) {
    super(ports, setup);
    this.#processes = ports.tableSource !== "ps"
      ? undefined
      : lazyProcessChain(() => this.#loadProcesses(ports));
    this.#ports = this.#processes === undefined
      ? ports
      : { ...ports, table: this.#processes };
    this.#isModeGiven = setup.mode !== undefined;
    this.#rawMode = setup.mode ?? ports.env("METALGUARD_MODE");
  }

  /** Layer 6: whether the other layers refuse or only tell. */
  get mode(): ModeLayer {
    return this.#mode ??= new ModeLayer(this.config.mode, this.#rawMode);
  }

  /** Layer 8: one user of the GPU at a time. */
  get lock(): Lock {
    return this.#lock ??= makeLock(this.#kit);
  }

  /** Layer 8 around a program. */
  get lockRun(): LockRun {
    return this.#lockRun ??= new LockRun(this.#ports, {
      acquire: (label, options) => this.lock.acquire(label, options),
      path: this.paths.lock,
    });
  }

  /** Layer 9: keeps model loads apart. */
  get cadence(): Cadence {
    return this.#cadence ??= makeCadence(this.#kit);
  }

  /** Layer 9: pauses GPU work when kernel panics come thick. */
  get circuitBreaker(): CircuitBreaker {
    return this.#circuitBreaker ??= makeCircuitBreaker(this.#kit);
  }

  /** Layer 11: workers that were started and never ended. */
  get orphans(): Orphans {
    return this.#orphans ??= makeOrphans(
      this.#kit,
      () => this.breadcrumbs.path,
    );
  }

  /** What running guards tell each other. */
  get liveGuards(): LiveGuards {
    return this.#liveGuards ??= makeLiveGuards(this.#kit);
  }

  /** R5: the KV cache of each request. */
  get kv(): KvGrowthTracker {
    return this.#kv ??= new KvGrowthTracker();
  }

  /** Layer 14: uses of a worker. */
  get resources(): ResourceTracker {
    return this.#resources ??= makeResources(this.#kit);
  }

  /** R6: what kind of program runs MLX. */
  get processMode(): ProcessModeLayer {
    return this.#processMode ??= new ProcessModeLayer({
      argv: [],
      subprocessWorker: this.config.subprocessWorker,
    });
  }

  /** Loads the layers that ask the machine. */
  protected override loadMachine(): Promise<MachineParts> {
    return this.#machineLayers();
  }

  /** Loads what looks at everything. */
  protected override async loadDoctor(): Promise<DoctorPart> {
    const { composeDoctor } = await import("./compose/doctor.ts");
    return composeDoctor({
      ...this.#ports,
      paths: this.paths,
      isModeGiven: this.#isModeGiven,
      mode: this.config.mode,
      checkGate: () => this.panicCooldown.check(),
      checkPython: (python) =>
        this.advisories.check(python === undefined ? {} : { python }),
      machine: await this.#machineLayers(),
    });
  }

  #machineLayers(): Promise<MachineLayers> {
    return this.#machine ??= this.#loadMachineLayers();
  }

  async #loadMachineLayers(): Promise<MachineLayers> {
    const [{ MachineLayers }, native] = await Promise.all([
      import("./compose/machine.ts"),
      this.#nativeCaller(),
    ]);
    return new MachineLayers({
      ...this.#nativeSetup,
      ...(this.#processes === undefined ? {} : { processes: this.#processes }),
      native: () => native,
      workingSet: this.paths.workingSet,
    });
  }

  async #loadProcesses(ports: MetalGuardPorts): Promise<ProcessChain> {
    const [{ makeMacTable }, native] = await Promise.all([
      import("./compose/mac_processes.ts"),
      this.#nativeCaller(),
    ]);
    return makeMacTable(native, ports.table);
  }

  /** Who asks the dylib, one for all of this guard; `undefined` where there is none. */
  #nativeCaller(): Promise<NativeCaller | undefined> {
    return this.#native ??= import("./compose/native_source.ts").then(
      (module) => module.makeNativeCaller(this.#nativeSetup),
    );
  }

  /** Memory of processes: through the dylib where there is one, else as Deno reads it. */
  async footprints(): Promise<Footprints> {
    const { children, footprints, own, tableSource } = this.#ports;
    if (footprints !== undefined) return footprints;
    if (tableSource === "ps") {
      const { makeMacFootprints } = await import("./compose/mac_processes.ts");
      return makeMacFootprints(await this.#nativeCaller(), children);
    }
    const { createDenoFootprints } = await import(
      "./adapters/deno/footprints.ts"
    );
    return createDenoFootprints(children, { hang: own?.hang });
  }

  get #nativeSetup(): MetalGuardPorts & NativeSetup {
    return {
      ...this.#ports,
      owner: gatePartsOf(this).owner,
      library: this.config.libraryPath,
      nativeTrial: this.paths.nativeTrial,
    };
  }

  /** Every port, with the dylib put before what looks at processes. */
  protected get livePorts(): MetalGuardPorts {
    return this.#ports;
  }

  get #kit(): LayerKit {
    return {
      readGpuPids: () => this.readGpuPids(),
      ports: this.#ports,
      config: this.config,
      paths: this.paths,
      ...gatePartsOf(this),
    };
  }

  /** What is known against installed versions. */
  get advisories(): AdvisoryCheck {
    return {
      check: async (options) => {
        const { makeAdvisories } = await import("./compose/install_layers.ts");
        return await makeAdvisories(this.#ports, this.config).check(options);
      },
    };
  }

  /** Jobs of launchd; loaded when asked. */
  async launchd(): Promise<Launchd> {
    const { makeLaunchd } = await import("./compose/install_layers.ts");
    return makeLaunchd(this.#ports, this.paths);
  }

  /** Layer 13, writing side; loaded when asked. */
  async statusWriter(
    options: StatusWriterOptions = {},
  ): Promise<StatusWriter> {
    const { makeStatusWriter } = await import("./compose/status_writer.ts");
    const { metrics, sinks = [] } = options;
    const parts = { ...this.#ports, owner: gatePartsOf(this).owner };
    const more = metrics === undefined
      ? []
      : [(await import("./compose/metrics_file.ts"))
        .makeMetricsFile(parts, metrics)];
    return makeStatusWriter({
      ...parts,
      read: () => this.status.read(),
      path: this.paths.status,
    }, { ...options, sinks: [...sinks, ...more] });
  }

  /** Layer 12: collects everything about a panic in one folder, and writes the text for Apple; loaded when asked. */
  get postmortem(): PostmortemPart {
    return {
      collect: async (folder, options) =>
        (await this.#postmortemPart()).collect(folder, options),
      feedback: async (report, options) =>
        (await this.#postmortemPart()).feedback(report, options),
    };
  }

  async #postmortemPart(): Promise<PostmortemPart> {
    const { composePostmortem } = await import("./compose/postmortem.ts");
    const { failurePorts, owner } = gatePartsOf(this);
    return composePostmortem({ ...this.#ports, ...failurePorts, owner }, {
      config: this.config,
      paths: this.paths,
      readFailures: () => this.panics.read(),
      ingest: (history) => this.panics.ingest(history),
      checkGate: (history) => this.panicCooldown.check(history),
      readStatus: () => this.status.read(),
      hold: (ms, options) => this.panicCooldown.hold(ms, options),
      breadcrumbPath: () => this.breadcrumbs.path,
      readCrumbTail: (lines) => this.breadcrumbs.tail(lines),
      checkAdvisories: () => this.advisories.check(),
    });
  }

  /** Layer 13: one picture of all layers. */
  get status(): Status {
    return this.#status ??= makeStatus(
      this,
      this.#ports.clock,
      async (snapshot, path) => {
        const writer = await this.statusWriter(
          path === undefined ? {} : { path },
        );
        writer.writeFile(snapshot);
        return writer.path;
      },
    );
  }

  /** What the community knows against models. */
  get registry(): Registry {
    return this.#registry ??= new Registry(
      this.#ports,
      this.config.registryOverlay,
    );
  }
}

/**
 * Builds a guard over the given ports. Nothing is read or written until a layer is asked.
 *
 * @param ports Everything that touches the world.
 * @param setup Mode and paths that win over the environment.
 */
export function createMetalGuard(
  ports: MetalGuardPorts,
  setup: MetalGuardSetup = {},
): MetalGuard {
  return new MetalGuard(ports, setup);
}
