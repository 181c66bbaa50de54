/**
 * What `panic-gate` needs of a guard, apart from all the rest: wrappers ask it before every start of theirs, and whatever
 * is imported here makes each of them wait.
 *
 * @module
 */
import { type Config, resolveConfig } from "../config.ts";
import type { Finding } from "../core/finding.ts";
import type { Mode } from "../core/mode.ts";
import type { Observed } from "../core/observed.ts";
import { FirstSight } from "../facts/first_sight.ts";
import type { PanicMemory, SettledPorts } from "../facts/known_panics.ts";
import type { FailureHistory, FailurePorts } from "../facts/panic_history.ts";
import { ReportDigests } from "../facts/report_digests.ts";
import { mayTellOfSuspects } from "../facts/suspect_hint.ts";
import { Breadcrumbs } from "../layers/breadcrumbs.ts";
import { GateClock } from "../layers/gate_clock.ts";
import { PanicCooldown } from "../layers/panic_cooldown.ts";
import { PanicLedger } from "../layers/panic_ledger.ts";
import { Panics } from "../layers/panics.ts";
import { Suspects } from "../layers/suspects.ts";
import { type PathOverrides, type Paths, resolvePaths } from "../paths.ts";
import type { Suspect } from "../policy/suspects.ts";
import type { Clock } from "../ports/clock.ts";
import type { EnvReader } from "../ports/env.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import { type Owner, ownerToGive } from "../ports/state_folder.ts";
import type { SystemFacts } from "../ports/system_facts.ts";
import { FAILURE_TABLES } from "../registry/failures.ts";

/** What of the world the gate touches. */
export interface GatePorts {
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
}

/** What a guard may be told. */
export interface MetalGuardSetup {
  /** Wins over `METALGUARD_MODE`. */
  readonly mode?: Mode;
  /** Win over the environment's. */
  readonly paths?: PathOverrides;
}

/** What the layers of the whole guard share with the gate's. */
export interface GateParts {
  /** What reads failures. */
  readonly failurePorts: FailurePorts;
  /** Whom files are given to (SAFETY H4). */
  readonly owner: () => Owner | undefined;
}

/** Hands out the inner parts of a guard to those that complete it; callers of the library do not get them. */
export let gatePartsOf: (guard: GateGuard) => GateParts;

/** The part of a guard that judges panics: its layers are made when they are first asked for. */
export class GateGuard {
  static {
    gatePartsOf = (guard) => ({
      failurePorts: guard.#failurePorts(),
      owner: guard.#owner,
    });
  }

  /** What was configured. */
  readonly config: Config;
  /** Where everything lies. */
  readonly paths: Paths;
  /** What of the configuration could not be used. */
  readonly configFindings: readonly Finding[];
  readonly #ports: GatePorts;
  readonly #firstSight: FirstSight;
  #panics: Panics | undefined;
  #panicCooldown: PanicCooldown | undefined;
  #clockOfGate: GateClock | undefined;
  #breadcrumbs: Breadcrumbs | undefined;
  #memory: PanicMemory | undefined;
  #digests: ReportDigests | undefined;

  /** Nothing is read but the environment. */
  constructor(ports: GatePorts, setup: MetalGuardSetup = {}) {
    const { config, findings } = resolveConfig(
      ports.env,
      setup.mode === undefined ? {} : { mode: setup.mode },
    );
    const resolved = resolvePaths(config, ports.env, setup.paths);
    this.#ports = ports;
    this.#firstSight = new FirstSight(ports.clock);
    this.config = config;
    this.paths = resolved.paths;
    this.configFindings = [...findings, ...resolved.findings];
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

  #settledPorts(): SettledPorts {
    return { ...this.#failurePorts(), memory: () => this.#ledger() };
  }

  #ledger(): PanicMemory {
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
      digests: this.#digests ??= new ReportDigests(
        {
          store: this.#ports.store,
          clock: this.#ports.clock,
          tables: FAILURE_TABLES,
          owner: this.#owner,
        },
        this.paths.reportDigests,
      ),
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
