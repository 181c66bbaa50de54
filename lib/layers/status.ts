import type { PanicRecord } from "../core/failure.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, epochSeconds, HOUR_MS } from "../core/instant.ts";
import type { LockStatus } from "../core/lock_hold.ts";
import type { ModeDescription } from "../core/mode.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { IngestResult } from "../facts/known_panics.ts";
import type { FailureHistory } from "../facts/panic_history.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import { evaluateHealth } from "../policy/health.ts";
import {
  type MachineChecks,
  unknownMachine,
} from "../policy/machine_checks.ts";
import { endedBefore } from "../ports/program_signals.ts";
import type { BreakerStatus } from "../report/breaker.ts";
import {
  type CadenceStatus,
  type GuardView,
  hasStaleLock,
  type ProcessLayersView,
} from "../report/status_layers.ts";
import type {
  CollectorFailure,
  StatusCollector,
  StatusSnapshot,
} from "../report/status_snapshot.ts";

/** The layers that the status is gathered from. */
export interface StatusSources {
  /** Sleeps; answers whether the time has passed, `false` when the signal cut it short. */
  pause(ms: number, signal: AbortSignal): Promise<boolean>;
  /** Writes a picture to `status.json`, or where it is told to; answers where. */
  writeFile(snapshot: StatusSnapshot, path?: string): Promise<string>;
  /** The wall clock. */
  now(): Temporal.Instant;
  /** Failures: kernel panics of a window, survived ones of the last 24 h. */
  readFailures(panicsWithinMs: number): Promise<FailureHistory>;
  /** The gate, judged on what was read. */
  checkGate(history: FailureHistory): Promise<CooldownVerdict>;
  /** Writes kernel panics down that are not known yet. */
  ingest(history: FailureHistory): Promise<IngestResult>;
  /** Who holds the lock. */
  readLock(): Promise<LockStatus>;
  /** The circuit breaker, judged on what was read. */
  readBreaker(history: FailureHistory): Promise<BreakerStatus>;
  /** The cadence of loads. */
  readCadence(): Promise<CadenceStatus>;
  /** Guards that run. */
  listGuards(): Promise<{
    readonly guards: readonly GuardView[];
    readonly findings: readonly Finding[];
  }>;
  /** The mode. */
  describeMode(): ModeDescription;
  /** The machine. */
  checkMachine(): Promise<MachineChecks>;
  /** The breadcrumb log. */
  breadcrumbPath(): string | null;
  /** Its last lines. */
  breadcrumbTail(lines: number): {
    readonly lines: readonly string[];
    readonly findings: readonly Finding[];
  };
}

/** What to gather. */
export interface StatusOptions {
  /** Window of the kernel panics, in hours. @default 72 */
  readonly panicWindowHours?: number;
  /** Lines of the breadcrumb log. @default 20 */
  readonly breadcrumbLines?: number;
}

/** How a picture is taken again and again. */
export interface StatusWatchOptions {
  /** From the end of one picture to the next, in milliseconds. */
  readonly intervalMs: number;
  /** Ends it, also in the middle of a sleep or a picture. */
  readonly signal: AbortSignal;
  /** Shown each picture. */
  readonly onPicture: (snapshot: StatusSnapshot) => void;
}

/** The gate's longer window. */
const PANIC_WINDOW_HOURS = 72;
const BREADCRUMB_LINES = 20;

/**
 * Layer 13: gathers one picture of all layers for people and programs.
 *
 * It reports: what cannot be known is `unknown` with its reason, never a figure, and a part that fails costs that part only.
 */
export class Status {
  readonly #sources: StatusSources;

  /** Made by the guard, once. */
  constructor(sources: StatusSources) {
    this.#sources = sources;
  }

  /** Gathers the picture. Never throws: a part that cannot be gathered is named in it. */
  async read(options: StatusOptions = {}): Promise<StatusSnapshot> {
    const sources = this.#sources;
    const capturedAt = sources.now();
    const panicWindowHours = options.panicWindowHours ?? PANIC_WINDOW_HOURS;
    const windowMs = panicWindowHours * HOUR_MS;
    const gathering = new Gathering();
    const history = await gathering.collect(
      "panics",
      () =>
        sources.readFailures(
          Math.max(windowMs, PANIC_WINDOW_HOURS * HOUR_MS),
        ),
    );
    const [gate, machine, ledger, breadcrumbs, mode, layers] = await Promise
      .all([
        gathering.collectFrom(
          "panic_cooldown",
          history,
          (value) => sources.checkGate(value),
        ),
        gathering.collect("machine", () => sources.checkMachine()),
        gathering.collectFrom(
          "ledger",
          history,
          (value) => sources.ingest(value),
        ),
        gathering.collect("breadcrumbs", () => ({
          path: sources.breadcrumbPath(),
          ...sources.breadcrumbTail(
            options.breadcrumbLines ?? BREADCRUMB_LINES,
          ),
        })),
        gathering.collect("mode", () => sources.describeMode()),
        this.#readProcessLayers(gathering, history),
      ]);
    const panics = withinWindow(history, addMs(capturedAt, -windowMs));
    const checks = machine.kind === "known"
      ? machine.value
      : unknownMachine(machine.because);
    return {
      ...layers,
      capturedAt,
      ...evaluateHealth({
        panicCount: panics.kind === "known" ? panics.value.length : undefined,
        hasStaleLock: hasStaleLock(layers.lock),
      }),
      panicWindowHours,
      panics,
      gate,
      mode,
      memory: checks.memory,
      machine: checks,
      breadcrumbs,
      failures: gathering.failures,
      findings: distinct([
        ...findingsOf(gate),
        ...findingsOf(breadcrumbs),
        ...findingsOf(ledger),
        ...layers.findings,
        ...checks.findings,
        ...gathering.failures.map(({ collector, because }) =>
          finding("collector-failed", `${collector}: ${because}`)
        ),
      ]),
    };
  }

  /**
   * Takes the picture again and again until it is told to end.
   *
   * @returns Whether it was told in the middle of a picture, whose questions to the machine may still be open.
   */
  async watch(
    options: StatusWatchOptions,
  ): Promise<{ readonly isCut: boolean }> {
    const { intervalMs, signal, onPicture } = options;
    const look = async (): Promise<void> => {
      const snapshot = await this.read();
      if (!signal.aborted) onPicture(snapshot);
    };
    do {
      if (!await endedBefore(look(), signal)) return { isCut: true };
    } while (await this.#sources.pause(intervalMs, signal));
    return { isCut: false };
  }

  /**
   * Gathers the picture and writes it for other programs, whole.
   *
   * @param path The file. @default `status.json` in the state folder
   * @returns Where it was written.
   * @throws {MetalGuardError} If it cannot be written; the old content stands then.
   */
  async write(path?: string): Promise<string> {
    return await this.#sources.writeFile(await this.read(), path);
  }

  async #readProcessLayers(
    gathering: Gathering,
    history: Observed<FailureHistory>,
  ): Promise<ProcessLayersView & { readonly findings: readonly Finding[] }> {
    const sources = this.#sources;
    const [lock, breaker, cadence, guards] = await Promise.all([
      gathering.collect("lock", () => sources.readLock()),
      gathering.collectFrom(
        "breaker",
        history,
        (value) => sources.readBreaker(value),
      ),
      gathering.collect("cadence", () => sources.readCadence()),
      gathering.collect("guards", () => sources.listGuards()),
    ]);
    return {
      lock,
      breaker,
      cadence,
      guards: guards.kind === "known" ? known(guards.value.guards) : guards,
      findings: [breaker, cadence, guards].flatMap((one) => findingsOf(one)),
    };
  }
}

/** Gathers parts, each by itself, and remembers which of them failed. */
class Gathering {
  readonly failures: CollectorFailure[] = [];

  async collect<T>(
    collector: StatusCollector,
    read: () => T | Promise<T>,
  ): Promise<Observed<T>> {
    try {
      return known(await read());
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      this.failures.push({ collector, because });
      return unknown(because);
    }
  }

  /** A part that is judged on another one is not there without it. */
  async collectFrom<T, U>(
    collector: StatusCollector,
    basis: Observed<T>,
    read: (value: T) => Promise<U>,
  ): Promise<Observed<U>> {
    return basis.kind === "unknown"
      ? basis
      : await this.collect(collector, () => read(basis.value));
  }
}

function withinWindow(
  history: Observed<FailureHistory>,
  from: Temporal.Instant,
): Observed<readonly PanicRecord[]> {
  if (history.kind === "unknown") return history;
  const since = epochSeconds(from);
  return known(
    history.value.panics.map((panic) => panic.record)
      .filter((panic) => panic.ts >= since),
  );
}

function findingsOf(
  part: Observed<{ readonly findings: readonly Finding[] }>,
): readonly Finding[] {
  return part.kind === "known" ? part.value.findings : [];
}

/** Two parts may stumble over one file. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(
    findings.map((one) => [`${one.code} ${one.message}`, one]),
  );
  return [...seen.values()];
}
