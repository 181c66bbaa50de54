/**
 * `metal-guard run`: the guard around any command. What is asked before a start, and how the layers are joined for it.
 *
 * @module
 */
import { WIRED_HOOK } from "../adapters/mlx/wired_hook.ts";
import { createDenoGuardWatchers } from "../adapters/deno/guard_watcher.ts";
import type { MetalGuardSetup } from "./gate.ts";
import { FileError, MetalGuardError, RefusedError } from "../core/error.ts";
import type { ErrorClass } from "../core/failure.ts";
import { SECOND_MS } from "../core/instant.ts";
import type { LockHold } from "../core/lock_hold.ts";
import type { WiredPolicy } from "../core/worker.ts";
import { RunLog } from "../layers/run_log.ts";
import { probeBy } from "../layers/server_probe.ts";
import { SupervisedRun } from "../layers/supervised_run.ts";
import { WiredHook } from "../layers/wired_hook.ts";
import { maskedCommandLine } from "../parse/command_line.ts";
import { classifyFailure } from "../parse/failure_text.ts";
import { pythonOfCommand } from "../facts/command_python.ts";
import type { RunSetup } from "./run_setup.ts";
import type {
  GuardedRunOptions,
  GuardedRunResult,
  RunHost,
  RunPorts,
} from "./run_types.ts";
import { modelInArguments } from "../parse/model_argument.ts";
import { recommendedFootprintBytes } from "../policy/footprint.ts";
import { tryStat } from "../ports/file_look.ts";
import { folderOf } from "../ports/state_folder.ts";
import { FAILURE_TABLES } from "../registry/failures.ts";
import { runReport } from "../report/run_report.ts";

/** What a program says last is what it died of. */
const ERRORS_LENGTH = 16_384;
/** How often a closed gate is asked again: an ack is noticed this soon. */
const POLL_MS = 5 * SECOND_MS;

/**
 * Runs a command under guard.
 *
 * Fails closed before the start: a gate, breaker, lock, cadence or fit that refuses keeps it from starting. Fails open while
 * it runs: only what was measured ends it.
 *
 * @param command The program and its arguments.
 * @param options Limits, and what is asked before.
 * @param ports Everything that touches the world.
 * @param makeHost Makes the layers that are asked.
 * @throws {RefusedError} If it may not start.
 * @throws {LockHeldError} If somebody else uses the GPU.
 * @throws {MetalGuardError} Code `usage`, if the report cannot be written; nothing was started then.
 */
export async function runGuarded(
  command: readonly string[],
  options: GuardedRunOptions,
  ports: RunPorts,
  makeHost: (setup: MetalGuardSetup) => RunHost,
): Promise<GuardedRunResult> {
  const host = makeHost(options.isObserver ? { mode: "observer" } : {});
  const run = new GuardedRun(command, options, ports, host);
  return await run.run();
}

class GuardedRun {
  readonly #command: readonly string[];
  readonly #options: GuardedRunOptions;
  readonly #ports: RunPorts;
  readonly #guard: RunHost;
  readonly #log: RunLog;
  readonly #deadlineMs: number;
  readonly #decoder = new TextDecoder();
  #errors = "";
  #recommendedBytes: number | null = null;
  #setup: RunSetup | undefined;

  constructor(
    command: readonly string[],
    options: GuardedRunOptions,
    ports: RunPorts,
    guard: RunHost,
  ) {
    const { clock, log, store, system } = ports;
    this.#command = command;
    this.#options = options;
    this.#ports = ports;
    this.#guard = guard;
    this.#deadlineMs = clock.monotonicMs() + options.waitMs;
    this.#log = new RunLog({ clock, log, store, owner: () => undefined }, {
      folder: this.#guard.paths.runs,
      pid: system.pid,
      reportPath: options.reportPath,
      renderReport: () => this.#report(),
    });
  }

  async run(): Promise<GuardedRunResult> {
    this.#openReport();
    const model = this.#options.model ?? modelInArguments(this.#command);
    if (model === undefined) {
      this.#ports.log.info(
        "no model is named (--model): cadence, fit and registry are passed over",
      );
    }
    try {
      await this.#admit();
      this.#setup = await this.#readSetup(model);
      await using hold = await this.#hold();
      await this.#fit(model);
      await this.#cadence(model);
      return await this.#supervise(hold, model);
    } catch (error) {
      if (error instanceof MetalGuardError && error.code === "refused") {
        this.#log.record("finished", {
          exit_code: 75,
          cause: "refused",
          reason: error.message,
        });
      }
      throw error;
    }
  }

  #openReport(): void {
    const { reportPath } = this.#options;
    // A folder that is made for a misspelt path is looked for in vain.
    if (
      reportPath !== undefined &&
      tryStat(this.#ports.store, folderOf(reportPath)) === undefined
    ) {
      throw new MetalGuardError(
        "usage",
        `Cannot write the report: ${folderOf(reportPath)} is not there`,
      );
    }
    try {
      this.#log.open();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new MetalGuardError(
        "usage",
        `Cannot write the report: ${error.message}`,
        { cause: error },
      );
    }
  }

  /** Gate and breaker (SAFETY R1). */
  async #admit(): Promise<void> {
    await this.#insist(async () => {
      // Each look reads every recent report: only who refuses for more than the gate does has to look by itself.
      if (this.#options.isStrict) await this.#requireReadable();
      await this.#guard.panicCooldown.require();
      await this.#guard.circuitBreaker.require();
    });
  }

  async #requireReadable(): Promise<void> {
    const gate = await this.#guard.panicCooldown.check();
    if (gate.exitCode < 3) return;
    throw new RefusedError("panic_cooldown", {
      kind: "refuse",
      reason: "panic reports exist that cannot be read (--strict)",
      wayOut: gate.unreadableReports[0]?.fix ?? "Grant access to them",
    });
  }

  /** What the command stands on, and what is known against it; asked only for what may be MLX work. */
  async #readSetup(model: string | undefined): Promise<RunSetup | undefined> {
    const python = pythonOfCommand(this.#ports, this.#command);
    if (python === undefined && model === undefined) return undefined;
    const setup = await this.#guard.loadSetup({ python, model });
    await setup.advise({
      isStrict: this.#options.isStrict,
      record: (reason) => this.#log.record("advice", { reason }),
    });
    return setup;
  }

  async #hold(): Promise<LockHold> {
    if (this.#options.isLockSkipped) return NO_HOLD;
    const { clock, log } = this.#ports;
    return await this.#guard.lock.acquire(this.#options.label, {
      waitMs: Math.max(0, this.#deadlineMs - clock.monotonicMs()),
      commandLine: maskedCommandLine(this.#command),
      onWait: ({ reason }) => log.info(`waiting for the GPU lock: ${reason}`),
    });
  }

  async #fit(model: string | undefined): Promise<void> {
    if (model === undefined) return;
    const { log } = this.#ports;
    const { verdict } = await this.#guard.describeFit(model);
    if (verdict === null) {
      log.info(`fit is not judged: the size of ${model} is not known`);
      return;
    }
    if (verdict.kind === "proceed") return;
    if (!this.#guard.mode.isObserver) throw new RefusedError("fit", verdict);
    log.warn(`observer: would refuse: fit: ${verdict.reason}`);
  }

  /** Marked last: whatever refuses before it leaves no mark (SAFETY R1). */
  async #cadence(model: string | undefined): Promise<void> {
    if (model === undefined) return;
    await this.#insist(async () => {
      await this.#guard.cadence.require(model);
    });
  }

  /** Asks again while the answer is "wait" and there is time left to wait. */
  async #insist(
    ask: () => Promise<void>,
    deadlineMs = this.#deadlineMs,
  ): Promise<void> {
    const { clock, log } = this.#ports;
    let isTold = false;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        const leftMs = deadlineMs - clock.monotonicMs();
        if (error.verdict.kind !== "wait" || leftMs <= 0) throw error;
        if (!isTold) {
          log.info(`waiting: ${error.layer}: ${error.verdict.reason}`);
        }
        isTold = true;
        await clock.sleep(Math.min(POLL_MS, leftMs));
      }
    }
  }

  async #supervise(
    hold: LockHold,
    model: string | undefined,
  ): Promise<GuardedRunResult> {
    const { breadcrumbs, lockRun } = this.#guard;
    const { children, clock, log, watchers } = this.#ports;
    const { probe, wired = "stock", ...limits } = this.#options;
    const hook = wired === "stock" ? undefined : this.#wiredHook(wired);
    const { isObserver, label, readsErrors } = limits;
    const supervised = new SupervisedRun({
      clock,
      table: this.#guard.processes,
      children,
      log,
      watchers: watchers ?? createDenoGuardWatchers(),
      footprints: await this.#guard.footprints(),
      runUnder: (held, command, options) =>
        lockRun.runUnder(held, command, { ownSession: true, ...options }),
      record: (kind, details) => this.#log.record(kind, details),
    }, {
      ...limits,
      env: { ...this.#environment(), ...hook?.prepare() },
      ...(readsErrors ? { onErrorOutput: (chunk) => this.#keep(chunk) } : {}),
      ...(probe === undefined ? {} : { probe: probeBy(probe, children) }),
      beforeRestart: async () => {
        await this.#admit();
        if (model === undefined) return;
        // In a restart the cadence is waited out, however long the caller wanted to wait (SAFETY R1).
        await this.#insist(async () => {
          await this.#guard.cadence.require(model);
        }, Infinity);
      },
    });
    const name = model ?? label;
    const startMs = clock.monotonicMs();
    this.#log.record("opened", {
      limit_bytes: this.#options.maxFootprintBytes,
    });
    await breadcrumbs.write("RUN_START", name);
    const over = new AbortController();
    const hooked = hook?.watch(over.signal);
    const result = await supervised.run(hold, this.#command).finally(
      async () => {
        over.abort();
        await hooked;
        hook?.close();
      },
    );
    const { peakBytes } = result;
    await breadcrumbs.write("RUN_END", name, {
      exit_code: result.exitCode,
      elapsed_ms: Math.round(clock.monotonicMs() - startMs),
    });
    if (isObserver && peakBytes !== undefined) {
      this.#recommendedBytes = recommendedFootprintBytes(peakBytes);
    }
    this.#log.record("finished", {
      exit_code: result.exitCode,
      cause: result.cause,
      peak_bytes: peakBytes ?? null,
    });
    await this.#setup?.keepGood({
      exitCode: result.exitCode,
      cause: result.cause,
      signal: this.#passedSignal(),
      ranMs: clock.monotonicMs() - startMs,
    });
    return { ...result, recommendedBytes: this.#recommendedBytes };
  }

  #wiredHook(policy: Exclude<WiredPolicy, "stock">): WiredHook {
    const { clock, env, log, store, system } = this.#ports;
    return new WiredHook({
      clock,
      log,
      store,
      record: (kind, reason) => this.#log.record(kind, { reason }),
    }, {
      policy,
      program: WIRED_HOOK,
      stateFolder: this.#guard.paths.stateFolder,
      pythonPath: env("PYTHONPATH"),
      pid: system.pid,
    });
  }

  #environment(): Record<string, string> {
    const name = "AGX_RELAX_CDM_CTXSTORE_TIMEOUT";
    return this.#ports.env(name) === undefined ? { [name]: "1" } : {};
  }

  #keep(chunk: Uint8Array): void {
    const text = this.#errors + this.#decoder.decode(chunk, { stream: true });
    this.#errors = text.slice(-ERRORS_LENGTH);
  }

  #report(): string {
    const { hasReportDetails, maxFootprintBytes } = this.#options;
    const errorClass: ErrorClass | undefined = this.#errors === ""
      ? undefined
      : classifyFailure(this.#errors, FAILURE_TABLES);
    const report = runReport({
      events: this.#log.records,
      limitBytes: maxFootprintBytes,
      errorClass,
      recommendedBytes: this.#recommendedBytes,
      ...(hasReportDetails
        ? {
          details: {
            command: maskedCommandLine(this.#command),
            errors: maskedCommandLine([this.#errors]),
          },
        }
        : {}),
    });
    return `${JSON.stringify(report, null, 2)}\n`;
  }

  /** The last signal that was passed on. */
  #passedSignal(): string | null {
    const last = this.#log.records.findLast(({ kind }) => kind === "signalled");
    const signal = last?.details.get("signal");
    return typeof signal === "string" ? signal : null;
  }
}

/** For programs that take the lock by themselves. */
const NO_HOLD: LockHold = {
  kind: "observed",
  nonce: undefined,
  environment: {},
  name: () => Promise.resolve(),
  check: () => Promise.resolve({ kind: "ours" }),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
