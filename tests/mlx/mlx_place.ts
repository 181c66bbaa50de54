import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { createDenoSystemFacts } from "../../lib/adapters/deno/system_facts.ts";
import {
  createWorkerMaker,
  type WorkerDefaults,
  type WorkerMakerParts,
} from "../../lib/compose/worker_maker.ts";
import type { MlxWorker, WorkerOptions } from "../../lib/core/worker.ts";
import { Breadcrumbs } from "../../lib/layers/breadcrumbs.ts";
import type { Lock } from "../../lib/layers/lock.ts";
import { Workers } from "../../lib/layers/workers.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { FakeLog } from "../fakes/log.ts";
import { pythonOfTests } from "../python_of_tests.ts";
import { createRealLock } from "../torture/lock_run_guard.ts";
import { tinyModel } from "./tiny_model.ts";

const HOOK = new URL("hook", import.meta.url).pathname;

/** A place with real files, a real lock and real workers, where a test says what the Python in them does wrong. */
export class MlxPlace implements AsyncDisposable {
  readonly folder: string = Deno.makeTempDirSync({
    prefix: "metal-guard-mlx-",
  });
  readonly lock: Lock = createRealLock(`${this.folder}/gpu.lock`).lock;
  readonly log = new FakeLog();
  readonly workers: Workers;
  /** Starts that were asked for. */
  readonly asked: string[] = [];
  /** Uses that were counted. */
  uses = 0;

  constructor(
    parts: Partial<WorkerMakerParts> = {},
    defaults: Partial<WorkerDefaults> = {},
  ) {
    const store = createDenoFileStore();
    const clock = createDenoClock();
    const children = createDenoChildProcesses();
    const { log } = this;
    const breadcrumbs = new Breadcrumbs(
      {
        store,
        clock,
        log,
        system: createDenoSystemFacts(children),
        owner: () => undefined,
      },
      { requested: this.crumbsPath, fallback: undefined },
    );
    const make = createWorkerMaker({
      clock,
      log,
      table: createDenoProcessTable(children),
      tables: FAILURE_TABLES,
      env: () => undefined,
      processes: undefined,
      writeCrumb: ({ tag, payload, meta }) =>
        breadcrumbs.write(tag, payload, meta),
      requireStart: () => {
        this.asked.push("start");
        return Promise.resolve();
      },
      acquireLock: (label, options) => this.lock.acquire(label, options),
      markLoad: () => Promise.resolve(),
      judgePrefill: () =>
        Promise.resolve({ kind: "proceed", reason: "nothing is known" }),
      onUse: () => {
        this.uses++;
      },
      onWork: () => {},
      ...parts,
    }, {
      python: pythonOfTests(),
      gemma4SleepMs: 3_000,
      coldRestartAfter: undefined,
      coldRestartEnabled: true,
      ...defaults,
    });
    this.workers = new Workers(() => Promise.resolve(make));
  }

  get crumbsPath(): string {
    return `${this.folder}/crumbs.log`;
  }

  /** Starts a worker with a tiny model whose Python misbehaves in this way. */
  async start(
    misbehave = "",
    options: WorkerOptions = {},
  ): Promise<MlxWorker> {
    return await this.workers.start(await tinyModel(), {
      shutdownGraceMs: 5_000,
      ...options,
      env: { ...this.hookEnv(misbehave), ...options.env },
    });
  }

  /** Variables by which the Python that gets them writes down what MLX is asked to do. */
  hookEnv(misbehave = ""): Record<string, string> {
    return {
      ["PYTHONPATH"]: HOOK,
      ["TEST_TRACE"]: `${this.folder}/trace`,
      ["TEST_CRUMBS"]: this.crumbsPath,
      ["TEST_MISBEHAVE"]: misbehave,
    };
  }

  /** What MLX was asked to do, in order. */
  trace(): readonly string[] {
    return this.#lines(`${this.folder}/trace`);
  }

  /** Forgets the trace so far. */
  clearTrace(): void {
    Deno.writeTextFileSync(`${this.folder}/trace`, "");
  }

  /** Breadcrumbs so far, without their time. */
  crumbs(): readonly string[] {
    return this.#lines(this.crumbsPath).map((line) => line.slice(22));
  }

  /** The lock's record, `undefined` when there is none. */
  record(): Readonly<Record<string, unknown>> | undefined {
    try {
      return JSON.parse(Deno.readTextFileSync(`${this.folder}/gpu.lock`));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workers.shutdownAll();
    Deno.removeSync(this.folder, { recursive: true });
  }

  #lines(path: string): readonly string[] {
    try {
      return Deno.readTextFileSync(path).split("\n").filter((one) =>
        one !== ""
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }
}

/** Whether a process of that number lives; one that only waits to be asked how it ended does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const table = createDenoProcessTable(createDenoChildProcesses());
  return (await table.read(pid)).kind === "alive";
}
