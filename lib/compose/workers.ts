/**
 * Joins workers to the layers of a guard. What runs them is loaded when the first one is asked for.
 *
 * @module
 */
import { BenchScopes } from "../layers/bench_scope.ts";
import type { Breadcrumbs } from "../layers/breadcrumbs.ts";
import type { Cadence } from "../layers/cadence.ts";
import type { CircuitBreaker } from "../layers/circuit_breaker.ts";
import type { Cleanup } from "../layers/cleanup.ts";
import type { Lock } from "../layers/lock.ts";
import type { Memory } from "../layers/memory.ts";
import type { PanicCooldown } from "../layers/panic_cooldown.ts";
import type { ResourceTracker } from "../layers/resources.ts";
import type { Tasks } from "../layers/tasks.ts";
import { type MakeWorker, Workers } from "../layers/workers.ts";
import type { Config } from "../config.ts";
import { MetalGuardError } from "../core/error.ts";
import type { ModelFacts } from "../core/model.ts";
import type { Observed } from "../core/observed.ts";
import type { Verdict } from "../core/verdict.ts";
import type { MlxWorker } from "../core/worker.ts";
import { evaluateFit } from "../policy/fit.ts";
import { estimateFusedPrefill } from "../policy/kv_cache.ts";
import type { Clock } from "../ports/clock.ts";
import type { EnvReader } from "../ports/env.ts";
import type { Log } from "../ports/log.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import type { WorkerProcesses } from "../ports/worker_process.ts";
import { FAILURE_TABLES } from "../registry/failures.ts";

/** The guard whose workers they are. */
export interface WorkerHost {
  readonly config: Config;
  readonly breadcrumbs: Breadcrumbs;
  readonly cadence: Cadence;
  readonly circuitBreaker: CircuitBreaker;
  readonly cleanup: Cleanup;
  readonly lock: Lock;
  readonly memory: Memory;
  readonly panicCooldown: PanicCooldown;
  readonly resources: ResourceTracker;
  readonly tasks: Tasks;
  readonly readModelFacts: (model: string) => Observed<ModelFacts>;
}

/** What workers reach the world by. */
export interface WorkerHostPorts {
  readonly clock: Clock;
  readonly env: EnvReader;
  readonly log: Log;
  readonly table: ProcessTable;
  /** Starts processes that own MLX. The default is Deno's. */
  readonly workers?: WorkerProcesses;
}

/**
 * Joins workers to a guard: gate and breaker are asked at each start, loads are written down for the cadence, a generate
 * counts as a task, and a clean-up gives back their caches.
 */
export function openWorkers(
  host: WorkerHost,
  ports: WorkerHostPorts,
): Workers {
  const workers = new Workers(async () => {
    const { createWorkerMaker } = await import("./worker_maker.ts");
    return make(host, ports, createWorkerMaker);
  });
  host.cleanup.register(() => workers.clearCaches());
  return workers;
}

/** Benchmarks, each with a worker of its own. */
export function openBenchScopes(
  host: WorkerHost,
  ports: WorkerHostPorts,
  workers: () => Workers,
): BenchScopes<MlxWorker> {
  return new BenchScopes({
    clock: ports.clock,
    acquire: (label, options) => host.lock.acquire(label, options),
    startWorker: (modelId) => workers().start(modelId),
    readActiveBytes: async () => (await host.memory.read()).activeBytes,
    breadcrumb: (tag, payload) => host.breadcrumbs.write(tag, payload),
  });
}

function make(
  host: WorkerHost,
  ports: WorkerHostPorts,
  create: typeof import("./worker_maker.ts").createWorkerMaker,
): MakeWorker {
  const { config } = host;
  return create({
    clock: ports.clock,
    env: ports.env,
    log: ports.log,
    table: ports.table,
    processes: ports.workers,
    tables: FAILURE_TABLES,
    writeCrumb: ({ tag, payload, meta }) =>
      host.breadcrumbs.write(tag, payload, meta),
    requireStart: async () => {
      await host.panicCooldown.require();
      await host.circuitBreaker.require();
    },
    acquireLock: (label, options) => host.lock.acquire(label, options),
    markLoad: (modelId) => markLoad(host, ports.log, modelId),
    judgePrefill: (modelId, contextTokens) =>
      judgePrefill(host, modelId, contextTokens),
    onUse: () => host.resources.record(),
    onWork: (work, modelId) => {
      void host.tasks.register(work, { label: `generate ${modelId}` });
    },
  }, {
    python: config.safePythonProgram ?? "python3",
    gemma4SleepMs: config.gemma4FlushEnabled ? config.gemma4SleepMs : null,
    coldRestartAfter: config.coldRestartAfter,
    coldRestartEnabled: config.coldRestartEnabled,
  });
}

/** A full disk does not keep a model from loading: the cadence only loses a date. */
async function markLoad(
  host: WorkerHost,
  log: Log,
  modelId: string,
): Promise<void> {
  try {
    await host.cadence.mark(modelId);
  } catch (error) {
    if (!(error instanceof MetalGuardError)) throw error;
    log.warn(`the load is not written down: ${error.message}`);
  }
}

/** Not judged where the model's shape or the memory's limit is not known (SPEC 10). */
async function judgePrefill(
  host: WorkerHost,
  modelId: string,
  contextTokens: number,
): Promise<Verdict> {
  const facts = host.readModelFacts(modelId);
  if (facts.kind === "unknown") {
    return { kind: "proceed", reason: `not judged: ${facts.because}` };
  }
  const memory = await host.memory.read();
  return evaluateFit({
    modelBytes: 0,
    overheadBytes: 0,
    contextBytes: estimateFusedPrefill(contextTokens, facts.value).peakBytes,
    activeBytes: memory.activeBytes,
    limitBytes: memory.limitBytes,
  });
}
