/**
 * Puts a worker together. Apart from `compose.ts`, so that only who asks for a worker loads all this.
 *
 * @module
 */
import { createDenoPipedChildren } from "../adapters/deno/piped_child.ts";
import { createWorkerProcesses } from "../adapters/mlx/worker_process.ts";
import { MINUTE_MS, SECOND_MS } from "../core/instant.ts";
import { ResourceTracker } from "../layers/resources.ts";
import { WorkerSeat } from "../layers/worker_seat.ts";
import {
  WorkerSession,
  type WorkerSessionPorts,
} from "../layers/worker_session.ts";
import type { MakeWorker } from "../layers/workers.ts";
import { isGemma4Family } from "../policy/model_family.ts";
import type { Clock } from "../ports/clock.ts";
import type { EnvReader } from "../ports/env.ts";
import type { WorkerProcesses } from "../ports/worker_process.ts";

/** What {@linkcode createWorkerMaker} works with. */
export interface WorkerMakerParts
  extends Omit<WorkerSessionPorts, "processes"> {
  /** Asked for variables that a user may have set for MLX. */
  readonly env: EnvReader;
  /** Starts processes. The default is Deno's. */
  readonly processes: WorkerProcesses | undefined;
  /** Counts a use beside the worker's own count. */
  readonly onUse: () => void;
  /** Told of each generate; it ends when that does. */
  readonly onWork: (work: Promise<unknown>, modelId: string) => void;
}

/** What holds for all workers. */
export interface WorkerDefaults {
  /** Interpreter. */
  readonly python: string;
  /** Rest before the first generate of a gemma-4, in milliseconds; `null` for none. */
  readonly gemma4SleepMs: number | null;
  /** Uses after which a worker is started anew; `undefined` for the usual number. */
  readonly coldRestartAfter: number | undefined;
  /** Whether workers are ever started anew for their uses. */
  readonly coldRestartEnabled: boolean;
}

/** Limits of SPEC 10. */
const LOAD_TIMEOUT_MS = 2 * MINUTE_MS;
const GENERATE_TIMEOUT_MS = 5 * MINUTE_MS;
const IDLE_MS = 10 * MINUTE_MS;
const SHUTDOWN_GRACE_MS = 10 * SECOND_MS;

/** Makes it rarer that macOS kills GPU work for the sake of the screen (ml-explore/mlx#3267); a user's own value stays. */
const RELAX = "AGX_RELAX_CDM_CTXSTORE_TIMEOUT";

/** Makes workers out of the parts of a guard. */
export function createWorkerMaker(
  parts: WorkerMakerParts,
  defaults: WorkerDefaults,
): MakeWorker {
  const processes = parts.processes ?? denoProcesses(parts.clock);
  const ports: WorkerSessionPorts = { ...parts, processes };
  const roster = new Set<WorkerSession>();
  return (modelId, options, crew) => {
    const shutdownGraceMs = options.shutdownGraceMs ?? SHUTDOWN_GRACE_MS;
    const open = (): Promise<WorkerSession> =>
      WorkerSession.open(ports, {
        modelId,
        backend: options.backend ?? "mlx-lm",
        python: options.python ?? defaults.python,
        wired: options.wired ?? "stock",
        env: { ...environment(parts.env), ...options.env },
        loadTimeoutMs: options.loadTimeoutMs ?? LOAD_TIMEOUT_MS,
        generateTimeoutMs: options.generateTimeoutMs ?? GENERATE_TIMEOUT_MS,
        idleMs: options.idleMs ?? IDLE_MS,
        shutdownGraceMs,
        lockWaitMs: options.lockWaitMs ?? 0,
        firstSleepMs: isGemma4Family(modelId) ? defaults.gemma4SleepMs : null,
        maxContextTokens: options.maxContextTokens,
        roster,
      });
    const threshold = options.coldRestartAfter ?? defaults.coldRestartAfter;
    const tracker = new ResourceTracker({
      ...(threshold === undefined ? {} : { threshold }),
      isDisabled: !defaults.coldRestartEnabled,
    });
    return new WorkerSeat({
      modelId,
      open,
      crew,
      counter: {
        get shouldColdRestart() {
          return tracker.shouldColdRestart;
        },
        record: () => {
          tracker.record();
          parts.onUse();
        },
        markColdRestart: () => tracker.markColdRestart(),
      },
      onWork: (work) => parts.onWork(work, modelId),
      log: parts.log,
      graceMs: shutdownGraceMs,
    });
  };
}

function denoProcesses(clock: Clock): WorkerProcesses {
  return createWorkerProcesses(createDenoPipedChildren(), clock);
}

function environment(env: EnvReader): Readonly<Record<string, string>> {
  return {
    ...(env(RELAX) === undefined ? { [RELAX]: "1" } : {}),
    ["TOKENIZERS_PARALLELISM"]: "false",
    ["METALGUARD_SUBPROCESS_WORKER"]: "1",
  };
}
