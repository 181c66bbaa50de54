import type { ErrorClass } from "../core/failure.ts";
import { SECOND_MS } from "../core/instant.ts";
import type { AcquireOptions, LockHold } from "../core/lock_hold.ts";
import type { ProcessIdentity, StartToken } from "../core/process_identity.ts";
import { SteadyHold } from "../core/steady_hold.ts";
import type { Verdict } from "../core/verdict.ts";
import type {
  GenerateAnswer,
  GenerateOptions,
  WiredPolicy,
  WorkerBackend,
  WorkerFacts,
  WorkerMemory,
  WorkerProbe,
} from "../core/worker.ts";
import { WorkerTimedOutError } from "../core/worker_error.ts";
import { classifyFailure, type FailureTables } from "../parse/failure_text.ts";
import { tryParseFaultDump } from "../parse/fault_handler.ts";
import { encodeStartToken } from "../parse/state/lock_file.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { within } from "../ports/patience.ts";
import { slept } from "../ports/sleep.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import type {
  WorkerCommand,
  WorkerEnd,
  WorkerMark,
  WorkerProcess,
  WorkerProcesses,
} from "../ports/worker_process.ts";
import { WorkerTalk } from "../ports/worker_talk.ts";
import { type Crumb, workerDeathCrumbs } from "../report/worker_death.ts";

/** What {@linkcode WorkerSession} works with. */
export interface WorkerSessionPorts {
  /** Timeouts. */
  readonly clock: Clock;
  /** Names the worker in the lock's record. */
  readonly table: ProcessTable;
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** Starts them. */
  readonly processes: WorkerProcesses;
  /** Tells one failure's text from another. */
  readonly tables: FailureTables;
  /** Writes a line of the breadcrumb log and waits until it is on the disk; never throws. */
  readonly writeCrumb: (crumb: Crumb) => Promise<void>;
  /** Throws while GPU work may not start: gate and breaker (SAFETY R1). */
  readonly requireStart: () => Promise<void>;
  /** Takes or joins the GPU lock. */
  readonly acquireLock: (
    label: string,
    options: AcquireOptions,
  ) => Promise<LockHold>;
  /** Writes down that a model is being loaded. */
  readonly markLoad: (modelId: string) => Promise<void>;
  /** Whether a prefill of so many tokens may be tried. */
  readonly judgePrefill: (
    modelId: string,
    contextTokens: number,
  ) => Promise<Verdict>;
}

/** How a session is set up; every default has been filled in. */
export interface WorkerSessionSetup {
  readonly modelId: string;
  readonly backend: WorkerBackend;
  readonly python: string;
  readonly wired: WiredPolicy;
  readonly env: Readonly<Record<string, string>>;
  readonly loadTimeoutMs: number;
  readonly generateTimeoutMs: number;
  readonly idleMs: number;
  readonly shutdownGraceMs: number;
  readonly lockWaitMs: number;
  readonly firstSleepMs: number | null;
  readonly maxContextTokens: number | undefined;
  /** Sessions that share the guard's hold; whoever lives on is named when another one ends. */
  readonly roster: Set<WorkerSession>;
}

/** How a generate came out; `idle`: the worker had just left, and nothing was begun. */
export type SessionAnswer = GenerateAnswer | { readonly kind: "idle" };

/** The lock's record is looked at this often (SAFETY L2). */
const LOOK_MS = SECOND_MS;
/** Looking for descendants costs a program on macOS. */
const TREE_LOOKS = 5;
/** How long a killed process may take to vanish. */
const KILL_GRACE_MS = SECOND_MS;

/** One process that owns MLX, from its start under the lock to its end. It is never started twice. */
export class WorkerSession {
  readonly #ports: WorkerSessionPorts;
  readonly #setup: WorkerSessionSetup;
  readonly #hold: SteadyHold;
  readonly #process: WorkerProcess;
  readonly #talk: WorkerTalk;
  readonly #over = new AbortController();
  readonly #refusals = new Map<
    number,
    Extract<GenerateAnswer, { kind: "refused" }>
  >();
  readonly #closed: Promise<void>;
  #startToken: StartToken | undefined;
  #facts: WorkerFacts | undefined;
  #tree: readonly ProcessIdentity[] = [];
  #isBusy = false;
  #isClosing = false;

  private constructor(
    ports: WorkerSessionPorts,
    setup: WorkerSessionSetup,
    hold: LockHold,
  ) {
    this.#ports = ports;
    this.#setup = setup;
    this.#hold = new SteadyHold(hold);
    this.#process = ports.processes.start({
      python: setup.python,
      env: { ...hold.environment, ...setup.env },
      onAsk: (mark) => this.#judge(mark),
      onMark: (mark) => this.#note(mark),
    });
    this.#talk = new WorkerTalk({
      modelId: setup.modelId,
      process: this.#process,
      clock: ports.clock,
      classify: (text) => this.#classify(text),
    });
    this.#closed = this.#attend();
  }

  /**
   * Starts one: gate and breaker are asked, the lock is taken, the record names the process, and only then it begins.
   *
   * @throws {RefusedError} If gate or breaker say no.
   * @throws {LockHeldError} If somebody else uses the GPU.
   * @throws {MetalGuardError} Code `child-failed`, if there is no such Python.
   * @throws {WorkerCrashedError} If it died before its model was loaded.
   * @throws {WorkerFailedError} If its model cannot be loaded.
   * @throws {WorkerTimedOutError} If that took too long.
   */
  static async open(
    ports: WorkerSessionPorts,
    setup: WorkerSessionSetup,
  ): Promise<WorkerSession> {
    await ports.requireStart();
    const label = `mlx_subprocess_runner:${setup.modelId}`;
    const hold = await ports.acquireLock(label, { waitMs: setup.lockWaitMs });
    let session: WorkerSession;
    try {
      session = new WorkerSession(ports, setup, hold);
    } catch (error) {
      await hold[Symbol.asyncDispose]();
      throw error;
    }
    try {
      await session.#begin();
      return session;
    } catch (error) {
      session.#process.kill("its start failed");
      await session.isClosedWithin(KILL_GRACE_MS);
      throw error;
    }
  }

  /** Its process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** What it said of itself when its model was loaded. */
  get facts(): WorkerFacts | undefined {
    return this.#facts;
  }

  /** Whether it is ending or has ended. */
  get isOver(): boolean {
    return this.#isClosing || this.#over.signal.aborted;
  }

  /** Runs the model once; see {@linkcode MlxWorker.generate}. */
  async generate(
    prompt: string,
    options: GenerateOptions,
  ): Promise<SessionAnswer> {
    const timeoutMs = options.timeoutMs ?? this.#setup.generateTimeoutMs;
    const told = await this.#ending(
      this.#talk.generate(prompt, options, timeoutMs),
    );
    if (told === "idle") return { kind: "idle" };
    const { requestId, ...rest } = told;
    const refusal = this.#refusals.get(requestId);
    this.#refusals.delete(requestId);
    const kind = rest.finish === "cancelled" ? "cancelled" : "done";
    return refusal ?? { kind, ...rest };
  }

  /** Asks for its memory, or does something small to it and asks then. Never throws: who does not answer is unknown. */
  readMemory(
    how: "memory" | "reset_peak" | "clear_cache",
  ): Promise<WorkerMemory> {
    return this.#talk.readMemory(how, this.#setup.generateTimeoutMs);
  }

  /** Has the GPU calculate something small. */
  async probe(timeoutMs: number): Promise<WorkerProbe> {
    const elapsedMs = await this.#ending(this.#talk.probe(timeoutMs));
    await this.#write("PROBE", this.#setup.modelId, {
      ["elapsed_ms"]: Math.round(elapsedMs),
    });
    return { elapsedMs };
  }

  /** Ends it: asked first, killed after its grace. */
  async shutdown(): Promise<void> {
    if (!this.isOver) {
      this.#isClosing = true;
      await this.#lookAtTree();
      void this.#process.request({ do: "shutdown" }).reply;
    }
    const { shutdownGraceMs } = this.#setup;
    if (await this.isClosedWithin(shutdownGraceMs)) return;
    this.#process.kill("it did not end when asked");
    if (await this.isClosedWithin(shutdownGraceMs)) return;
    // It waits inside the driver. The lock stays held: whoever started now would meet it there (SAFETY L3).
    this.#ports.log.warn(`worker ${this.pid} does not end, even killed`);
  }

  /** Whether its process is gone, its line is written and its hold given back, now or soon. */
  async isClosedWithin(ms: number): Promise<boolean> {
    const closed = this.#closed.then(() => true);
    return await within(this.#ports.clock, ms, closed) === true;
  }

  /** A worker that was killed for its silence is over, also while the system has not taken it yet. */
  async #ending<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof WorkerTimedOutError && !error.isWorkerKept) {
        this.#isClosing = true;
        await this.isClosedWithin(KILL_GRACE_MS);
      }
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { modelId, loadTimeoutMs } = this.#setup;
    const { markLoad, table } = this.#ports;
    const reading = await table.read(this.pid);
    if (reading.kind === "alive") this.#startToken = reading.facts.startToken;
    await this.#name();
    this.#setup.roster.add(this);
    void this.#watch();
    await markLoad(modelId);
    await this.#write("LOAD", modelId, {});
    const { python, answer } = await this.#talk.begin(
      this.#loadCommand(),
      loadTimeoutMs,
    );
    const { versions = {}, patches = [] } = answer;
    const { pid } = this;
    this.#facts = { pid, python, versions, patches };
    // The process's number ends the text: that is how the log is read back.
    const token = encodeStartToken(this.#startToken);
    await this.#ports.writeCrumb({
      tag: "SUBPROCESS_WORKER",
      payload: `${modelId} ready, pid=${pid}`,
      meta: token === undefined ? {} : { ["start_token"]: token },
    });
  }

  #loadCommand(): WorkerCommand {
    const { modelId, backend, wired, firstSleepMs, idleMs } = this.#setup;
    return { do: "load", modelId, backend, wired, firstSleepMs, idleMs };
  }

  #name(): Promise<void> {
    return this.#hold.name({ pid: this.pid, startToken: this.#startToken });
  }

  /** The worker's last question before it uses the GPU. */
  async #judge(mark: WorkerMark): Promise<boolean> {
    const { modelId, maxContextTokens } = this.#setup;
    const contextTokens = Number(mark.meta["ctx"]);
    const verdict = await this.#judgePrefill(contextTokens, maxContextTokens);
    if (verdict.kind !== "proceed") {
      this.#refusals.set(mark.requestId, {
        kind: "refused",
        verdict,
        contextTokens,
      });
      await this.#write("PREFILL_GUARD", modelId, mark.meta);
      return false;
    }
    if (this.isOver) return false;
    await this.#write("SUBPROC_PRE", modelId, mark.meta);
    this.#isBusy = true;
    return true;
  }

  async #judgePrefill(
    contextTokens: number,
    most: number | undefined,
  ): Promise<Verdict> {
    if (most !== undefined && !(contextTokens <= most)) {
      return {
        kind: "refuse",
        reason:
          `${contextTokens} tokens > ${most} tokens, the limit of this worker`,
        wayOut: "Shorten the prompt, or ask for fewer tokens",
      };
    }
    return await this.#ports.judgePrefill(this.#setup.modelId, contextTokens);
  }

  async #note(mark: WorkerMark): Promise<void> {
    if (mark.tag === "SUBPROC_PRE") return;
    if (mark.tag === "SUBPROC_POST") {
      if (!this.#isBusy) return;
      this.#isBusy = false;
    }
    await this.#write(mark.tag, this.#setup.modelId, mark.meta);
  }

  #write(
    tag: string,
    payload: string,
    meta: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    const { pid } = this;
    return this.#ports.writeCrumb({ tag, payload, meta: { ...meta, pid } });
  }

  async #attend(): Promise<void> {
    const end = await this.#process.end;
    this.#over.abort();
    const { roster } = this.#setup;
    roster.delete(this);
    try {
      const isExpected = end.exitCode === 0 && end.because !== undefined &&
        !this.#isBusy;
      if (!isExpected) await this.#writeDeath(end);
      for (const one of this.#tree) {
        await this.#ports.table.signal(one, "SIGKILL");
      }
      const [heir] = roster;
      if (heir !== undefined) await heir.#name();
    } catch (error) {
      this.#ports.log.warn(error instanceof Error ? error.message : "");
    } finally {
      await this.#hold.giveBack();
    }
  }

  async #writeDeath(end: WorkerEnd): Promise<void> {
    const isBusy = this.#isBusy;
    this.#isBusy = false;
    const crumbs = workerDeathCrumbs({
      ...end,
      isBusy,
      modelId: this.#setup.modelId,
      pid: this.pid,
      errorClass: this.#classify(end.stderrTail),
      frames: tryParseFaultDump(end.stderrTail)?.frames ?? [],
    });
    for (const crumb of crumbs) await this.#ports.writeCrumb(crumb);
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.#ports;
    for (let look = 1; await slept(clock, LOOK_MS, this.#over.signal); look++) {
      const check = await this.#hold.check();
      if (check === undefined) return;
      if (check.kind === "lost") {
        log.warn(`the lock is lost, ending the worker: ${check.reason}`);
        await this.shutdown();
        return;
      }
      if (check.kind !== "ours") log.warn(check.reason);
      if (look % TREE_LOOKS === 0) await this.#lookAtTree();
    }
  }

  /** What a worker has started ends with it. */
  async #lookAtTree(): Promise<void> {
    const found = await this.#ports.table.readDescendants(this.pid);
    if (found.kind === "known") this.#tree = found.value;
  }

  #classify(text: string): ErrorClass | undefined {
    return classifyFailure(text, this.#ports.tables);
  }
}
