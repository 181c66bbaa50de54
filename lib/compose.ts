/**
 * The only place where layers meet.
 *
 * @module
 */
import { type Config, resolveConfig } from "./config.ts";
import type { Finding } from "./core/finding.ts";
import type { Mode } from "./core/mode.ts";
import { FirstSight } from "./facts/first_sight.ts";
import { Breadcrumbs } from "./layers/breadcrumbs.ts";
import { GateClock } from "./layers/gate_clock.ts";
import { ModeLayer } from "./layers/mode.ts";
import { PanicCooldown } from "./layers/panic_cooldown.ts";
import { Panics } from "./layers/panics.ts";
import { Status } from "./layers/status.ts";
import { type PathOverrides, type Paths, resolvePaths } from "./paths.ts";
import type { ChildProcesses } from "./ports/child_process.ts";
import type { Clock } from "./ports/clock.ts";
import type { EnvReader } from "./ports/env.ts";
import { tryStat } from "./ports/file_look.ts";
import type { FileStore } from "./ports/file_store.ts";
import type { Log } from "./ports/log.ts";
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
      this.#failurePorts(),
      this.paths.reportFolders,
    );
  }

  /** Layer 10: the gate. */
  get panicCooldown(): PanicCooldown {
    return this.#panicCooldown ??= new PanicCooldown(
      {
        ...this.#failurePorts(),
        log: this.#ports.log,
        owner: this.#owner,
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

  /** The breadcrumb log. */
  get breadcrumbs(): Breadcrumbs {
    return this.#breadcrumbs ??= new Breadcrumbs(
      { ...this.#ports, owner: this.#owner },
      {
        requested: this.paths.breadcrumbs,
        fallback: this.paths.defaultBreadcrumbs,
      },
    );
  }

  /** Layer 13: one picture of all layers. */
  get status(): Status {
    return this.#status ??= new Status({
      readFailures: (panicsWithinMs) => this.panics.read({ panicsWithinMs }),
      checkGate: (history) => this.panicCooldown.check(history),
      describeMode: () => this.mode.describe(),
      breadcrumbPath: () => this.breadcrumbs.path,
      breadcrumbTail: (lines) => this.breadcrumbs.readTail(lines),
    });
  }

  #failurePorts(): ConstructorParameters<typeof Panics>[0] {
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
