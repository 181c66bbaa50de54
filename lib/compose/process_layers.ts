/**
 * The layers that keep processes apart, each made over the ports, settings and paths of one guard. The gate needs none of
 * them.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Observed } from "../core/observed.ts";
import type { FailurePorts } from "../facts/panic_history.ts";
import { runningProcesses } from "../facts/running_process.ts";
import { WallSteps } from "../facts/wall_step.ts";
import { Cadence } from "../layers/cadence.ts";
import { CircuitBreaker } from "../layers/circuit_breaker.ts";
import { LiveGuards } from "../layers/live_guards.ts";
import { Lock } from "../layers/lock.ts";
import { LockTaking } from "../layers/lock_taking.ts";
import { Orphans } from "../layers/orphans.ts";
import { ResourceTracker } from "../layers/resources.ts";
import type { Paths } from "../paths.ts";
import { SAME_MODEL_INTERVAL_MS } from "../policy/cadence.ts";
import { BREAKER_DEFAULTS } from "../policy/circuit_breaker.ts";
import type { HostIdentity } from "../ports/host_identity.ts";
import type { Log } from "../ports/log.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import type { Owner } from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What a guard gives each of its layers. */
export interface LayerKit {
  /** What touches the world. */
  readonly ports: Pick<FailurePorts, "clock" | "store"> & {
    readonly system: SystemFacts;
    readonly table: ProcessTable;
    readonly host: HostIdentity;
    readonly log: Log;
  };
  /** What was configured. */
  readonly config: Config;
  /** Where everything lies. */
  readonly paths: Paths;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
  /** What failures are read with; the memory of first sights is the guard's. */
  readonly failurePorts: FailurePorts;
  /** Pids that have a connection to the GPU. */
  readonly readGpuPids?: () => Promise<Observed<readonly number[]>>;
}

/** Layer 8. */
export function makeLock(kit: LayerKit): Lock {
  const { config, owner, paths } = kit;
  const { clock, host, log, store, system, table } = kit.ports;
  return new Lock({
    clock,
    table,
    log,
    taker: new LockTaking(
      { clock, store, table, system, host, log, owner },
      { sharedNonce: config.sharedLockNonce },
    ),
    ...(kit.readGpuPids === undefined ? {} : { readGpuPids: kit.readGpuPids }),
  }, {
    path: paths.lock,
    isObserver: config.mode === "observer",
    forceWaitMs: config.forceWaitMs,
    reclaimCooldownMs: config.reclaimCooldownMs,
  });
}

/** Layer 9. */
export function makeCadence(kit: LayerKit): Cadence {
  const { config, owner, paths, failurePorts: { firstSight } } = kit;
  const { clock, log, store } = kit.ports;
  return new Cadence({
    clock,
    store,
    log,
    owner,
    firstSight,
    ...stepsBeside(kit, paths.cadence),
  }, {
    path: paths.cadence,
    options: {
      sameModelIntervalMs: SAME_MODEL_INTERVAL_MS,
      crossModelIntervalMs: config.crossModelIntervalMs,
    },
    isObserver: config.mode === "observer",
  });
}

/** Layer 9. */
export function makeCircuitBreaker(kit: LayerKit): CircuitBreaker {
  const { config, owner, paths, failurePorts } = kit;
  return new CircuitBreaker({
    ...failurePorts,
    log: kit.ports.log,
    owner,
    ...stepsBeside(kit, paths.breaker),
  }, {
    path: paths.breaker,
    ledger: paths.ledger,
    reportFolders: paths.reportFolders,
    options: BREAKER_DEFAULTS,
    isObserver: config.mode === "observer",
  });
}

/** Layer 11; `log` answers where the breadcrumbs are. */
export function makeOrphans(
  kit: LayerKit,
  log: () => string | null,
): Orphans {
  const { config, paths } = kit;
  const { clock, store, system, table } = kit.ports;
  const processes = runningProcesses(table);
  return new Orphans({ clock, store, system, processes }, {
    log,
    isLogByChance: () =>
      paths.breadcrumbs === undefined && log()?.startsWith("/") === false,
    guards: paths.guards,
    thresholdMs: config.orphanThresholdMs,
    isEnabled: config.orphanWatchEnabled,
  });
}

/** What running guards tell each other. */
export function makeLiveGuards(kit: LayerKit): LiveGuards {
  const { clock, log, store, system, table } = kit.ports;
  const { identityOf } = runningProcesses(table);
  return new LiveGuards(
    { clock, store, system, log, owner: kit.owner, identityOf },
    kit.paths.guards,
  );
}

/** Layer 14. */
export function makeResources({ config }: LayerKit): ResourceTracker {
  const { coldRestartAfter, coldRestartEnabled } = config;
  return new ResourceTracker({
    ...(coldRestartAfter === undefined ? {} : { threshold: coldRestartAfter }),
    isDisabled: !coldRestartEnabled,
  });
}

/** The clocks are remembered in a file of their own: the state file's form is the other tool's too. */
function stepsBeside(
  kit: LayerKit,
  path: string | undefined,
): { readonly steps?: WallSteps } {
  if (path === undefined) return {};
  const { clock, store, system } = kit.ports;
  const ports = {
    clock,
    store,
    owner: kit.owner,
    readBootSessionUuid: (): Promise<Observed<string>> =>
      system.readBootSessionUuid(),
  };
  return {
    steps: new WallSteps(ports, `${path.replace(/\.json$/, "")}-clock.json`),
  };
}
