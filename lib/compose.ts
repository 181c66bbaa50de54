/**
 * The only place where layers meet.
 *
 * @module
 */
import {
  type LayerKit,
  makeCadence,
  makeCircuitBreaker,
  makeLiveGuards,
  makeLock,
  makeOrphans,
  makeResources,
} from "./compose/process_layers.ts";
import { type Config, resolveConfig } from "./config.ts";
import type { Finding } from "./core/finding.ts";
import type { Mode } from "./core/mode.ts";
import type { Observed } from "./core/observed.ts";
import { FirstSight } from "./facts/first_sight.ts";
import type { PanicMemory, SettledPorts } from "./facts/known_panics.ts";
import type { FailureHistory, FailurePorts } from "./facts/panic_history.ts";
import { mayTellOfSuspects } from "./facts/suspect_hint.ts";
import type { AdvisoryOptions, AdvisoryReport } from "./layers/advisories.ts";
import type { Launchd } from "./layers/launchd.ts";
import { Breadcrumbs } from "./layers/breadcrumbs.ts";
import type { Cadence } from "./layers/cadence.ts";
import type { CircuitBreaker } from "./layers/circuit_breaker.ts";
import { GateClock } from "./layers/gate_clock.ts";
import { KvGrowthTracker } from "./layers/kv.ts";
import type { LiveGuards } from "./layers/live_guards.ts";
import type { Lock } from "./layers/lock.ts";
import { LockRun } from "./layers/lock_run.ts";
import { ModeLayer } from "./layers/mode.ts";
import type { Orphans } from "./layers/orphans.ts";
import { PanicCooldown } from "./layers/panic_cooldown.ts";
import { Panics } from "./layers/panics.ts";
import { ProcessModeLayer } from "./layers/process_mode.ts";
import type { ResourceTracker } from "./layers/resources.ts";
import { Status } from "./layers/status.ts";
import { type PathOverrides, type Paths, resolvePaths } from "./paths.ts";
import type { Suspect } from "./policy/suspects.ts";
import type { ChildProcesses } from "./ports/child_process.ts";
import type { Clock } from "./ports/clock.ts";
import type { EnvReader } from "./ports/env.ts";
import { tryStat } from "./ports/file_look.ts";
import type { FileStore } from "./ports/file_store.ts";
import type { ForegroundChildren } from "./ports/foreground_child.ts";
import type { HostIdentity } from "./ports/host_identity.ts";
import type { LinkReader } from "./ports/link_reader.ts";
import type { Log } from "./ports/log.ts";
import type { ProcessTable } from "./ports/process_table.ts";
import { type Owner, ownerToGive } from "./ports/state_writer.ts";
import type { SystemFacts } from "./ports/system_facts.ts";
import { FAILURE_TABLES } from "./registry/failures.ts";

export { SAFE_PYTHON_POLICY } from "./policy/safe_python.ts";

/** Everything that touches the world, one interface an effect. */
export interface MetalGuardPorts {
  /** Time. */
  readonly clock: Clock;
  /** The disk. */
  readonly store: FileStore;
  /** The environment. */
  readonly env: EnvReader;
  /** Words for a person. */
  readonly log: Log;
  /** The operating system. */
  readonly system: SystemFacts;
  /** Other programs. */
  readonly children: ChildProcesses;
  /** Other processes, by pid and start. */
  readonly table: ProcessTable;
  /** Which machine this is. */
  readonly host: HostIdentity;
  /** Programs that run in our place. */
  readonly foreground: ForegroundChildren;
  /** Symbolic links. */
  readonly links: LinkReader;
}

/** What is known against installed versions, as the guard offers it. */
export interface AdvisoryCheck {
  /** Reads the versions that a Python has, without starting it, and tells what is known against them. */
  check(options?: AdvisoryOptions): Promise<AdvisoryReport>;
}

/** What {@linkcode createMetalGuard} may be told. */
export interface MetalGuardSetup {
  /** Wins over `METALGUARD_MODE`. */
  readonly mode?: Mode;
  /** Win over the environment's. */
  readonly paths?: PathOverrides;
}

/** One guard: every layer, made when it is first asked for. */
export class MetalGuard {
  /** What was configured. */
  readonly config: Config;
  /** Where everything lies. */
  readonly paths: Paths;
  /** What of the configuration could not be used. */
  readonly configFindings: readonly Finding[];
  readonly #ports: MetalGuardPorts;
  readonly #firstSight: FirstSight;
  readonly #rawMode: string | undefined;
  #mode: ModeLayer | undefined;
  #panics: Panics | undefined;
  #panicCooldown: PanicCooldown | undefined;
  #clockOfGate: GateClock | undefined;
  #breadcrumbs: Breadcrumbs | undefined;
  #status: Status | undefined;
  #memory: PanicMemory | undefined;
  #cadence: Cadence | undefined;
  #circuitBreaker: CircuitBreaker | undefined;
  #orphans: Orphans | undefined;
  #kv: KvGrowthTracker | undefined;
  #resources: ResourceTracker | undefined;
  #processMode: ProcessModeLayer | undefined;
  #liveGuards: LiveGuards | undefined;
  #lock: Lock | undefined;
  #lockRun: LockRun | undefined;

  /** Use {@linkcode createMetalGuard}. */
  constructor(ports: MetalGuardPorts, setup: MetalGuardSetup = {}) {
    const { config, findings } = resolveConfig(
      ports.env,
      setup.mode === undefined ? {} : { mode: setup.mode },
    );
    const resolved = resolvePaths(config, ports.env, setup.paths);
    this.#ports = ports;
    this.#firstSight = new FirstSight(ports.clock);
    this.#rawMode = setup.mode ?? ports.env("METALGUARD_MODE");
    this.config = config;
    this.paths = resolved.paths;
    this.configFindings = [...findings, ...resolved.findings];
  }

  /** Layer 6: whether the other layers refuse or only tell. */
  get mode(): ModeLayer {
    return this.#mode ??= new ModeLayer(this.config.mode, this.#rawMode);
  }

  /** Layer 9, reading side: kernel panics and survived failures. */
  get panics(): Panics {
    return this.#panics ??= new Panics(
      this.#settledPorts(),
      this.paths.reportFolders,
    );
  }

  /** Layer 10: the gate. */
  get panicCooldown(): PanicCooldown {
    return this.#panicCooldown ??= new PanicCooldown(
      {
        ...this.#settledPorts(),
        log: this.#ports.log,
        owner: this.#owner,
        findSuspects: (history) => this.#findSuspects(history),
        countDown: (wall, mayHaveRecord) =>
          this.#gateClock.countDown(wall, mayHaveRecord),
      },
      {
        paths: this.paths,
        options: this.config,
        isObserver: this.config.mode === "observer",
        findings: this.configFindings,
      },
    );
  }

  async #findSuspects(history: FailureHistory): Promise<readonly Suspect[]> {
    const { clock, store } = this.#ports;
    const log = this.breadcrumbs.path;
    const withinMs = this.config.stage1CooldownMs;
    const { panics } = history;
    if (
      log === null ||
      !mayTellOfSuspects({ clock, store }, log, { withinMs, panics })
    ) return [];
    // Loaded only when something was at work lately.
    const { Suspects } = await import("./layers/suspects.ts");
    const readBootSessionUuid = (): Promise<Observed<string>> =>
      this.#ports.system.readBootSessionUuid();
    return await new Suspects({ clock, store, readBootSessionUuid }, log)
      .find(history, { withinMs });
  }

  get #gateClock(): GateClock {
    const { clock, store } = this.#ports;
    const ports = this.#ports;
    return this.#clockOfGate ??= new GateClock(
      {
        clock,
        store,
        owner: this.#owner,
        // Not read here: making the port costs the gate time, and it is asked for only while something holds.
        get system() {
          return ports.system;
        },
      },
      this.paths.gateClock,
    );
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

  get #kit(): LayerKit {
    return {
      ports: this.#ports,
      config: this.config,
      paths: this.paths,
      owner: this.#owner,
      failurePorts: this.#failurePorts(),
    };
  }

  /** The breadcrumb log. */
  get breadcrumbs(): Breadcrumbs {
    const ports = this.#ports;
    const { clock, store, log } = ports;
    return this.#breadcrumbs ??= new Breadcrumbs(
      {
        clock,
        store,
        log,
        owner: this.#owner,
        // As above: the gate only asks where the log is.
        get system() {
          return ports.system;
        },
      },
      {
        requested: this.paths.breadcrumbs,
        fallback: this.paths.defaultBreadcrumbs,
      },
    );
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

  /** Layer 13: one picture of all layers. */
  get status(): Status {
    return this.#status ??= new Status({
      readFailures: (panicsWithinMs) => this.panics.read({ panicsWithinMs }),
      checkGate: (history) => this.panicCooldown.check(history),
      ingest: (history) => this.panics.ingest(history),
      readLock: () => this.lock.read(),
      readBreaker: (history) => this.circuitBreaker.status(history),
      readCadence: () => this.cadence.status(),
      listGuards: () => this.liveGuards.list(),
      describeMode: () => this.mode.describe(),
      breadcrumbPath: () => this.breadcrumbs.path,
      breadcrumbTail: (lines) => this.breadcrumbs.readTail(lines),
    });
  }

  #settledPorts(): SettledPorts {
    return { ...this.#failurePorts(), memory: () => this.#ledger() };
  }

  async #ledger(): Promise<PanicMemory> {
    // Loaded after a panic only: the usual gate must not pay for it.
    const { PanicLedger } = await import("./layers/panic_ledger.ts");
    return this.#memory ??= new PanicLedger(
      { ...this.#failurePorts(), owner: this.#owner },
      this.paths.ledger,
    );
  }

  #failurePorts(): FailurePorts {
    return {
      store: this.#ports.store,
      clock: this.#ports.clock,
      tables: FAILURE_TABLES,
      firstSight: this.#firstSight,
    };
  }

  /** Files that root makes under another's HOME are given to HOME's owner (SAFETY H4). */
  readonly #owner = (): Owner | undefined => {
    const { home } = this.paths;
    if (home === undefined) return undefined;
    const stat = tryStat(this.#ports.store, home);
    return stat === undefined
      ? undefined
      : ownerToGive(stat, this.#ports.system.userId);
  };
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
