import assert from "node:assert/strict";
import type { Verdict } from "../../lib/core/verdict.ts";
import {
  WorkerSession,
  type WorkerSessionPorts,
  type WorkerSessionSetup,
} from "../../lib/layers/worker_session.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { LockWorld } from "./lock_world.ts";
import {
  type FakeWorkerProcess,
  FakeWorkerProcesses,
} from "./worker_process.ts";

/** A guard, 900, that starts workers on a machine in memory whose clock a test moves. */
export class WorkerWorld {
  readonly world = new LockWorld();
  readonly processes = new FakeWorkerProcesses();
  readonly roster = new Set<WorkerSession>();
  /** Lines of the breadcrumb log, without their figures. */
  readonly crumbs: string[] = [];
  /** What was asked, in order. */
  readonly asked: string[] = [];
  readonly ports: WorkerSessionPorts;

  constructor(ports: Partial<WorkerSessionPorts> = {}) {
    const { clock, log, table } = this.world;
    clock.autoAdvance = false;
    table.start(900, { args: ["metal-guard"] });
    const { lock } = this.world.process(900);
    this.processes.onStart = ({ pid }): void => {
      table.start(pid, { parentPid: 900, args: ["python3"] });
    };
    this.ports = {
      clock,
      log,
      table,
      processes: this.processes,
      tables: FAILURE_TABLES,
      writeCrumb: ({ tag, payload }) => {
        this.crumbs.push(`${tag}: ${payload}`);
        return Promise.resolve();
      },
      requireStart: () => {
        this.asked.push("start");
        return Promise.resolve();
      },
      acquireLock: (label, options) => {
        this.asked.push(label);
        return lock.acquire(label, options);
      },
      markLoad: (modelId) => {
        this.asked.push(`mark ${modelId}`);
        return Promise.resolve();
      },
      judgePrefill: () =>
        Promise.resolve<Verdict>({ kind: "proceed", reason: "fits" }),
      ...ports,
    };
  }

  /** Starts a session. */
  open(setup: Partial<WorkerSessionSetup> = {}): Promise<WorkerSession> {
    return WorkerSession.open(this.ports, {
      modelId: "org/m",
      backend: "mlx-lm",
      python: "python3",
      wired: "stock",
      env: { A: "1" },
      loadTimeoutMs: 120_000,
      generateTimeoutMs: 300_000,
      idleMs: 600_000,
      shutdownGraceMs: 10_000,
      lockWaitMs: 0,
      firstSleepMs: null,
      maxContextTokens: undefined,
      roster: this.roster,
      ...setup,
    });
  }

  /** The worker that was started as number `index`. */
  worker(index = 0): FakeWorkerProcess {
    const process = this.processes.started[index];
    assert.ok(process !== undefined, "nothing was started");
    return process;
  }

  /** Lets everything run that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  }
}

/** What a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  assert.fail("it did not fail");
}
