/**
 * What acts while models run: the layers that the gate on its way into a start never needs.
 *
 * @module
 */
import { createDenoTicker } from "../adapters/deno/ticker.ts";
import {
  MetalGuard,
  type MetalGuardPorts,
  type MetalGuardSetup,
} from "../compose.ts";
import { GB } from "../core/bytes.ts";
import type { ModelFacts } from "../core/model.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { type ModelFiles, readModelFiles } from "../facts/model_files.ts";
import type { MlxWorker } from "../core/worker.ts";
import type {
  BenchScope,
  BenchScopeOptions,
  BenchScopes,
} from "../layers/bench_scope.ts";
import { Cleanup } from "../layers/cleanup.ts";
import { Fit } from "../layers/fit.ts";
import { Memory } from "../layers/memory.ts";
import { Oom } from "../layers/oom.ts";
import { Tasks } from "../layers/tasks.ts";
import { Watch } from "../layers/watch.ts";
import type { Workers } from "../layers/workers.ts";
import { estimateModelSizeGb } from "../parse/model_name.ts";
import { evaluateFit, FIT_OVERHEAD_BYTES } from "../policy/fit.ts";
import { estimateFusedPrefill, kvBytesPerToken } from "../policy/kv_cache.ts";
import type { FitView, SourcedBytes } from "../report/fit.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import type { ReadGpuMemory } from "../ports/gpu_memory.ts";
import { openBenchScopes, openWorkers } from "./workers.ts";

/** Who says the limit, for a person. */
const LIMIT_WORDS = {
  ["wired_limit"]: "iogpu.wired_limit_mb",
  ["working_set"]: "Metal's recommended working set",
  estimate: "an estimate from the machine's memory",
  none: "none",
} as const;

/** A guard with the layers that act while models run. Each is made when it is first asked for. */
export class RunningGuard extends MetalGuard {
  readonly #ports: MetalGuardPorts;
  #tasks: Tasks | undefined;
  #cleanup: Cleanup | undefined;
  #oom: Oom | undefined;
  #memory: Memory | undefined;
  #fit: Fit | undefined;
  #watch: Watch | undefined;
  #workers: Workers | undefined;
  #benchScopes: BenchScopes<MlxWorker> | undefined;

  /** Made by `openMetalGuard()`, and by commands that stay. */
  constructor(ports: MetalGuardPorts, setup: MetalGuardSetup = {}) {
    super(ports, setup);
    this.#ports = this.livePorts;
  }

  /** Processes, as the layers look at them. */
  get processes(): ProcessTable {
    return this.#ports.table;
  }

  /** Layer 1: what uses the GPU now. */
  get tasks(): Tasks {
    return this.#tasks ??= new Tasks(this.#ports.clock);
  }

  /** Layer 2: gives GPU memory back. */
  get cleanup(): Cleanup {
    const { clock, log } = this.#ports;
    return this.#cleanup ??= new Cleanup({
      clock,
      log,
      waitForTasks: (timeoutMs) =>
        this.tasks.wait(timeoutMs === undefined ? {} : { timeoutMs }),
      breadcrumb: (tag, payload) => this.breadcrumbs.write(tag, payload),
    });
  }

  /** Layer 3: cures an error of lack of GPU memory. */
  get oom(): Oom {
    return this.#oom ??= new Oom({
      cleanUp: () => this.cleanup.run(),
      readMemory: () => this.memory.read(),
      breadcrumb: (tag, payload) => this.breadcrumbs.write(tag, payload),
    });
  }

  /** Layer 5: GPU memory of the whole machine. */
  get memory(): Memory {
    return this.#memory ??= new Memory({
      readGpuMemory: this.#ports.gpuMemory ??
        (() => this.#askMachine()),
      cleanUp: () => this.cleanup.run(),
      log: this.#ports.log,
    });
  }

  async #askMachine(): ReturnType<ReadGpuMemory> {
    const { activeBytes, limitBytes, limitSource } = await this.gpuMemory
      .read();
    return {
      activeBytes,
      limitBytes,
      limitSource: LIMIT_WORDS[limitSource ?? "none"],
    };
  }

  /** Layer 4: whether a model fits. */
  get fit(): Fit {
    const { clock, log } = this.#ports;
    return this.#fit ??= new Fit({
      clock,
      log,
      readMemory: () => this.memory.read(),
      cleanUp: () => this.cleanup.run(),
    }, { isObserver: this.config.mode === "observer" });
  }

  /** Layer 5: loops that look at GPU memory. */
  get watch(): Watch {
    const { clock, log, ticker = createDenoTicker() } = this.#ports;
    return this.#watch ??= new Watch({
      clock,
      log,
      ticker,
      readMemory: () => this.memory.read(),
      resetPeak: () => this.memory.resetPeak(),
      tasksAlive: () => this.tasks.alive,
      flush: () => this.cleanup.flush(),
      cleanUp: () => this.cleanup.run(),
      breadcrumb: (tag, payload) => this.breadcrumbs.write(tag, payload),
    });
  }

  /** Layer 7: MLX in processes of its own. */
  get workers(): Workers {
    return this.#workers ??= openWorkers(this, this.#ports);
  }

  /**
   * Layer 5: loads a model for a benchmark alone; its end gives everything back.
   *
   * @param modelId Name on Hugging Face, or a folder.
   * @param options Context and pause.
   * @throws {LockHeldError} If somebody else uses the GPU; for the rest see `workers.start`.
   */
  async benchScope(
    modelId: string,
    options: BenchScopeOptions = {},
  ): Promise<BenchScope<MlxWorker>> {
    this.#benchScopes ??= openBenchScopes(
      this,
      this.#ports,
      () => this.workers,
    );
    return await this.#benchScopes.open(modelId, options);
  }

  /**
   * Finds a model on this disk. Nothing is downloaded.
   *
   * @param model An id of the hub, or the path of a folder.
   */
  readModelFiles(model: string): ModelFiles {
    return readModelFiles(this.#ports.store, model, { hub: this.paths.hub });
  }

  /**
   * Reads what a model on this disk says of itself. Nothing is downloaded.
   *
   * @param model An id of the hub, or the path of a folder.
   */
  readModelFacts(model: string): Observed<ModelFacts> {
    return this.readModelFiles(model).facts;
  }

  /**
   * Judges whether a model fits, with every number and its source.
   *
   * @param model An id of the hub, or the path of a folder.
   * @param contextTokens Context that it shall serve, in tokens.
   */
  async describeFit(model: string, contextTokens?: number): Promise<FitView> {
    const files = this.readModelFiles(model);
    const facts = files.facts.kind === "known" ? files.facts.value : undefined;
    const weights = weightsOf(model, files);
    const context = contextTokens === undefined
      ? null
      : contextOf(contextTokens, files.facts);
    const memory = await this.memory.read();
    return {
      model,
      folder: files.folder,
      weights,
      facts: files.facts,
      kvBytesPerToken: facts === undefined ? null : kvBytesPerToken(facts),
      contextTokens: contextTokens ?? null,
      context,
      overheadBytes: FIT_OVERHEAD_BYTES,
      active: memory.activeBytes,
      limit: { bytes: memory.limitBytes, source: memory.limitSource },
      verdict: weights.bytes.kind === "unknown" ? null : evaluateFit({
        modelBytes: weights.bytes.value,
        contextBytes: context?.bytes.kind === "known" ? context.bytes.value : 0,
        activeBytes: memory.activeBytes,
        limitBytes: memory.limitBytes,
      }),
    };
  }
}

/** The files where they are here, else the name. */
function weightsOf(model: string, files: ModelFiles): SourcedBytes {
  if (files.weightBytes.kind === "known") {
    return { bytes: files.weightBytes, source: files.weightSource };
  }
  const sizeGb = estimateModelSizeGb(model);
  return sizeGb === undefined
    ? {
      bytes: unknown(
        `${files.weightBytes.because}, and its name gives no size`,
      ),
      source: "none",
    }
    : { bytes: known(sizeGb * GB), source: "estimate from its name" };
}

function contextOf(tokens: number, facts: Observed<ModelFacts>): SourcedBytes {
  return facts.kind === "unknown" ? { bytes: facts, source: "none" } : {
    bytes: known(estimateFusedPrefill(tokens, facts.value).peakBytes),
    source: "exact caches by its config.json, and one step of the prompt",
  };
}
