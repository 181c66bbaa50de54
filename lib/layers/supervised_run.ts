import type { LockHold } from "../core/lock_hold.ts";
import { plainText } from "../core/plain_text.ts";
import { FASTEST_SAMPLE_MS, nextSampleMs } from "../policy/footprint.ts";
import {
  stepSupervisor,
  SUPERVISOR_START,
  type SupervisorAction,
  type SupervisorEvent,
  type SupervisorOptions,
  type SupervisorState,
} from "../policy/supervisor.ts";
import type { ForegroundChild } from "../ports/foreground_child.ts";
import type { GuardWatcher, OnGuardExit } from "../ports/guard_watcher.ts";
import { saveWork } from "../ports/save_work.ts";
import { slept } from "../ports/sleep.ts";
import type {
  ProbeOptions,
  SupervisedRunPorts,
} from "../ports/supervised_program.ts";
import { FootprintSamples } from "../facts/footprint_samples.ts";
import { ProcessTree } from "../facts/process_tree.ts";

/** How a run is supervised. */
export interface SupervisedRunOptions extends SupervisorOptions {
  /** What happens to the program when we die. */
  readonly onGuardExit: OnGuardExit;
  /** Variables for the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Shown its standard error; left out where that is a terminal. */
  readonly onErrorOutput?: (chunk: Uint8Array) => void;
  /** A shell's words that save work before TERM, as typed (SAFETY R3), and how long they may take. */
  readonly beforeTerm?: { readonly words: string; readonly timeoutMs: number };
  /** How it is asked whether it still works. */
  readonly probe?: ProbeOptions;
  /** Asked before each restart; throws where it may not start now (SAFETY R1). */
  readonly beforeRestart: () => Promise<void>;
}

/** How a supervised run ended. */
export interface SupervisedRunResult {
  /** The program's own code, or 76. */
  readonly exitCode: number;
  /** Why the guard ended it; `null` when it ended by itself. */
  readonly cause: string | null;
  /** The highest footprint seen, in bytes; `undefined` where none was. */
  readonly peakBytes: number | undefined;
  /** How often it was started. */
  readonly attempts: number;
}

/** How often what descends from the program is looked for. */
const TREE_MS = 500;
/** A process that does not go at once after KILL is told again. */
const KILL_AGAIN_MS = 1_000;

/**
 * L10 of SPEC, `metal-guard run`: the guard around any command.
 *
 * Fails open: where memory cannot be read it says so once and lets the program run; only what was measured ends it.
 */
export class SupervisedRun {
  readonly #ports: SupervisedRunPorts;
  readonly #options: SupervisedRunOptions;
  #state: SupervisorState = SUPERVISOR_START;
  #finish: Extract<SupervisorAction, { kind: "finish" }> | undefined;
  #restartMs: number | undefined;
  #child: ForegroundChild | undefined;
  #tree: ProcessTree | undefined;
  #hasChildEnded = true;
  #isPaused = false;
  #watcher: GuardWatcher | undefined;
  readonly #stopWaiting = new AbortController();
  readonly #samples: FootprintSamples;
  #pending: Promise<void> = Promise.resolve();

  /** Made for one run. */
  constructor(ports: SupervisedRunPorts, options: SupervisedRunOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#samples = new FootprintSamples(
      ports.footprints,
      options.maxFootprintBytes,
    );
  }

  /**
   * Runs the command, and again where that was asked for.
   *
   * @param hold The hold that it runs under.
   * @param command The program and its arguments.
   * @throws {MetalGuardError} Code `child-failed`, if not even the shell can be started.
   */
  async run(
    hold: LockHold,
    command: readonly string[],
  ): Promise<SupervisedRunResult> {
    try {
      if (this.#options.onGuardExit === "terminate") this.#startWatcher();
      for (;;) {
        await this.#attempt(hold, command);
        if (this.#finish !== undefined) break;
        await this.#pause();
        if (this.#finish !== undefined) break;
      }
    } finally {
      const watcher = this.#watcher;
      this.#watcher = undefined;
      await watcher?.[Symbol.asyncDispose]();
    }
    const { attempts, peakBytes } = this.#state;
    const { exitCode, cause } = this.#finish;
    return { exitCode, cause, peakBytes, attempts };
  }

  async #attempt(hold: LockHold, command: readonly string[]): Promise<void> {
    const { onErrorOutput } = this.#options;
    const over = new AbortController();
    this.#restartMs = undefined;
    const loops: Promise<void>[] = [];
    try {
      const end = await this.#ports.runUnder(hold, command, {
        env: this.#options.env,
        ...(onErrorOutput === undefined ? {} : { onErrorOutput }),
        onSignal: (signal) => {
          this.#ports.record("signalled", { signal });
          this.#feed({ kind: "signalled", atMs: this.#nowMs() });
          this.#stopWaiting.abort();
        },
        onPaused: (isPaused) => {
          this.#isPaused = isPaused;
          this.#ports.record(isPaused ? "paused" : "continued", {});
        },
        onStarted: async (child) => {
          this.#child = child;
          this.#hasChildEnded = false;
          this.#isPaused = false;
          const tree = new ProcessTree(this.#ports.table, child.pid);
          this.#tree = tree;
          void child.end.then(() => {
            this.#hasChildEnded = true;
            tree.rootEnded();
          });
          this.#ports.record("started", { pid: child.pid });
          await this.#watcher?.name([child.pid]);
          this.#feed({ kind: "started", atMs: this.#nowMs() });
        },
        onLetGo: () => {
          loops.push(this.#measure(over.signal), this.#probe(over.signal));
        },
        onLockLost: () =>
          this.#feed({ kind: "lock-lost", atMs: this.#nowMs() }),
      });
      this.#hasChildEnded = true;
      over.abort();
      await Promise.all(loops);
      await this.#pending;
      this.#ports.record("ended", {
        exit_code: end.exitCode,
        signal: end.signal,
        left_behind: this.#tree?.escaped ?? 0,
      });
      this.#feed({
        kind: "ended",
        atMs: this.#nowMs(),
        exitCode: end.exitCode,
        signal: end.signal,
      });
    } finally {
      over.abort();
      this.#child = undefined;
      await this.#watcher?.name([]);
    }
  }

  /** The time between two programs; a signal ends it, and the run with it. */
  async #pause(): Promise<void> {
    const { clock } = this.#ports;
    await slept(clock, this.#restartMs ?? 0, this.#stopWaiting.signal);
    if (!this.#state.isAskedToEnd) await this.#options.beforeRestart();
    if (!this.#state.isAskedToEnd) return;
    this.#finish = { kind: "finish", exitCode: 143, cause: null };
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    let treeAtMs = -Infinity;
    let killedAtMs = this.#nowMs();
    // A look at all processes, at once, would keep the program from its start and a short one from its end.
    await slept(clock, FASTEST_SAMPLE_MS, signal);
    while (!signal.aborted) {
      const atMs = this.#nowMs();
      if (atMs - treeAtMs >= TREE_MS) {
        treeAtMs = atMs;
        await this.#tree?.refresh();
        await this.#watcher?.name(this.#pids());
      }
      await this.#sample(signal);
      await this.#pending;
      if (
        this.#state.phase === "killed" &&
        this.#nowMs() - killedAtMs >= KILL_AGAIN_MS
      ) {
        killedAtMs = this.#nowMs();
        await this.#signalAll("SIGKILL");
      }
      const pauseMs = nextSampleMs(
        this.#samples.lastBytes,
        this.#options.maxFootprintBytes,
      );
      await slept(clock, this.#samples.pauseMs(pauseMs), signal);
    }
  }

  async #sample(signal: AbortSignal): Promise<void> {
    const { reading, peak, caution } = await this.#samples.take(this.#pids());
    if (signal.aborted) return;
    const atMs = this.#nowMs();
    if (caution?.kind === "measured" || (caution && !this.#hasChildEnded)) {
      this.#ports.record(caution.kind, caution.details);
      this.#warn(caution.words);
    }
    this.#feed(
      reading.kind === "known"
        ? { kind: "sample", atMs, bytes: reading.value, ...peak }
        : { kind: "sample-failed", atMs },
    );
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const { probe } = this.#options;
    if (probe === undefined) return;
    let pauseMs = probe.firstAfterMs;
    while (await slept(this.#ports.clock, pauseMs, signal)) {
      pauseMs = probe.intervalMs;
      // Who was stopped answers nobody, and is not dead.
      if (this.#isPaused) continue;
      const isAlive = await probe.isAlive();
      if (signal.aborted) return;
      if (this.#isPaused) continue;
      const kind = isAlive ? "probe-passed" : "probe-failed";
      this.#feed({ kind, atMs: this.#nowMs() });
    }
  }

  #pids(): readonly number[] {
    const tree = this.#tree?.pids ?? [];
    const { pid } = this.#child ?? {};
    return this.#hasChildEnded || pid === undefined ? tree : [pid, ...tree];
  }

  #feed(event: SupervisorEvent): void {
    const { state, actions } = stepSupervisor(
      this.#state,
      event,
      this.#options,
    );
    this.#state = state;
    for (const action of actions) this.#carryOut(action);
  }

  #carryOut(action: SupervisorAction): void {
    switch (action.kind) {
      case "warn":
        this.#ports.record("warning", { reason: action.reason });
        return this.#warn(action.reason);
      case "terminate":
        this.#decide("terminate", action);
        this.#pending = this.#pending.then(async () => {
          const done = this.#terminate(action.cause);
          this.#tell("terminate", action.reason);
          await done;
        });
        return;
      case "kill":
        this.#decide("kill", action);
        // Not behind what saves work: a KILL is never late because of it.
        this.#pending = Promise.all([
          this.#pending,
          this.#signalAll("SIGKILL"),
        ]).then(() => undefined);
        this.#tell("kill", action.reason);
        return;
      case "restart":
        this.#ports.record("restart", { delay_ms: action.delayMs });
        this.#warn(`starting it again in ${action.delayMs / 1_000} s`);
        this.#restartMs = action.delayMs;
        return;
      case "finish":
        this.#finish = action;
    }
  }

  /** Written down and synced before the signal is sent. */
  #decide(
    kind: "terminate" | "kill",
    { cause, reason }: { readonly cause: string; readonly reason: string },
  ): void {
    this.#ports.record(kind, {
      cause,
      reason,
      peak_bytes: this.#state.peakBytes ?? null,
    });
  }

  /** Once the signal is on its way: whoever reads the words may be slow. */
  #tell(kind: "terminate" | "kill", reason: string): void {
    this.#warn(`ending the program (${kind}): ${reason}`);
  }

  async #terminate(cause: string): Promise<void> {
    const { beforeTerm } = this.#options;
    if (beforeTerm !== undefined) await this.#saveWork(beforeTerm, cause);
    if (this.#state.phase === "ending") await this.#signalAll("SIGTERM");
  }

  async #saveWork(
    { words, timeoutMs }: NonNullable<SupervisedRunOptions["beforeTerm"]>,
    cause: string,
  ): Promise<void> {
    const pid = this.#child?.pid;
    try {
      const details = await saveWork(this.#ports.children, words, {
        cause,
        timeoutMs,
        ...(pid === undefined ? {} : { pid }),
      });
      this.#ports.record("before-term", details);
    } catch (error) {
      this.#warn(`--before-term failed: ${error}`);
    }
  }

  /** The program by its own handle, what descends from it after a look at each that it still is that one. */
  async #signalAll(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const { table } = this.#ports;
    const signalled = new Set<number>();
    if (!this.#hasChildEnded && this.#child !== undefined) {
      this.#child.signal(signal);
      signalled.add(this.#child.pid);
    }
    // What forks while it is being ended is found by looking again.
    for (let pass = 0; pass < 3; pass++) {
      const fresh = (this.#tree?.processes ?? [])
        .filter(({ pid }) => !signalled.has(pid));
      if (fresh.length === 0 && pass > 0) break;
      await Promise.all(fresh.map((one) => {
        signalled.add(one.pid);
        return table.signal(one, signal);
      }));
      await this.#tree?.refresh();
    }
    if (signalled.size === 0) return;
    this.#ports.record("signal", { signal, processes: signalled.size });
  }

  #startWatcher(): void {
    const watcher = this.#ports.watchers.start(this.#options);
    this.#watcher = watcher;
    void watcher.gone.then(async () => {
      if (this.#watcher !== watcher) return;
      this.#warn("the watcher was lost and is replaced");
      this.#startWatcher();
      await this.#watcher?.name(this.#pids());
    });
  }

  #warn(words: string): void {
    this.#ports.log.warn(plainText(words, 400));
  }

  #nowMs(): number {
    return this.#ports.clock.monotonicMs();
  }
}
