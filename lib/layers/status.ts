import type { PanicRecord } from "../core/failure.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, epochSeconds, HOUR_MS } from "../core/instant.ts";
import type { LockStatus } from "../core/lock_hold.ts";
import type { MemoryReading } from "../core/memory_reading.ts";
import type { ModeDescription } from "../core/mode.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { IngestResult } from "../facts/known_panics.ts";
import type { FailureHistory } from "../facts/panic_history.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import { evaluateHealth, type Health } from "../policy/health.ts";
import type { BreakerStatus } from "../report/breaker.ts";
import {
  type CadenceStatus,
  type GuardView,
  hasStaleLock,
  type ProcessLayersView,
} from "../report/status_layers.ts";

/** The layers that the status is gathered from. */
export interface StatusSources {
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

/** One picture of all layers. */
export interface StatusSnapshot {
  /** When it was taken. */
  readonly capturedAt: Temporal.Instant;
  /** In one word. */
  readonly health: Health;
  /** Exit code of `status`: 0, 1 or 2. */
  readonly exitCode: 0 | 1 | 2;
  /** Window of `panics`, in hours. */
  readonly panicWindowHours: number;
  /** Kernel panics, newest first. */
  readonly panics: readonly PanicRecord[];
  /** The gate's answer. */
  readonly gate: CooldownVerdict;
  /** The mode. */
  readonly mode: ModeDescription;
  /** The GPU's memory. */
  readonly memory: MemoryReading;
  /** Who holds the lock. */
  readonly lock: Observed<LockStatus>;
  /** The circuit breaker. */
  readonly breaker: Observed<BreakerStatus>;
  /** The cadence of loads. */
  readonly cadence: Observed<CadenceStatus>;
  /** Guards that run. */
  readonly guards: Observed<readonly GuardView[]>;
  /** The breadcrumb log's path, `null` when there is none. */
  readonly breadcrumbPath: string | null;
  /** Its last lines, oldest first. */
  readonly breadcrumbLines: readonly string[];
  /** Everything that is out of order. */
  readonly findings: readonly Finding[];
}

/** The gate's longer window. */
const PANIC_WINDOW_HOURS = 72;
const BREADCRUMB_LINES = 20;

const NOT_BUILT = "not built yet";

/**
 * Layer 13: gathers one picture of all layers for people and programs.
 *
 * It reports: what cannot be known is `unknown` with its reason, never a figure.
 */
export class Status {
  readonly #sources: StatusSources;

  /** Made by the guard, once. */
  constructor(sources: StatusSources) {
    this.#sources = sources;
  }

  /** Gathers the picture. */
  async read(options: StatusOptions = {}): Promise<StatusSnapshot> {
    const panicWindowHours = options.panicWindowHours ?? PANIC_WINDOW_HOURS;
    const windowMs = panicWindowHours * HOUR_MS;
    const history = await this.#sources.readFailures(
      Math.max(windowMs, PANIC_WINDOW_HOURS * HOUR_MS),
    );
    const gate = await this.#sources.checkGate(history);
    const since = epochSeconds(addMs(gate.askedAt, -windowMs));
    const panics = history.panics
      .map((panic) => panic.record)
      .filter((panic) => panic.ts >= since);
    const crumbs = this.#sources.breadcrumbTail(
      options.breadcrumbLines ?? BREADCRUMB_LINES,
    );
    const written = await tryCollect(
      "ledger",
      () => this.#sources.ingest(history),
    );
    const layers = await this.#readProcessLayers(history);
    const { health, exitCode } = evaluateHealth({
      panicCount: panics.length,
      hasStaleLock: hasStaleLock(layers.lock),
    });
    return {
      ...layers,
      capturedAt: gate.askedAt,
      health,
      exitCode,
      panicWindowHours,
      panics,
      gate,
      mode: this.#sources.describeMode(),
      memory: {
        activeBytes: unknown(NOT_BUILT),
        peakBytes: unknown(NOT_BUILT),
        limitBytes: unknown(NOT_BUILT),
      },
      breadcrumbPath: this.#sources.breadcrumbPath(),
      breadcrumbLines: crumbs.lines,
      findings: distinct([
        ...gate.findings,
        ...crumbs.findings,
        ...written.findings,
        ...layers.findings,
      ]),
    };
  }

  async #readProcessLayers(
    history: FailureHistory,
  ): Promise<ProcessLayersView & { readonly findings: readonly Finding[] }> {
    const sources = this.#sources;
    const [lock, breaker, cadence, guards] = await Promise.all([
      tryCollect("lock", async () => {
        return { ...await sources.readLock(), findings: [] };
      }),
      tryCollect("breaker", () => sources.readBreaker(history)),
      tryCollect("cadence", () => sources.readCadence()),
      tryCollect("guards", () => sources.listGuards()),
    ]);
    return {
      lock: lock.reading,
      breaker: breaker.reading,
      cadence: cadence.reading,
      guards: guards.reading.kind === "known"
        ? known(guards.reading.value.guards)
        : guards.reading,
      findings: [lock, breaker, cadence, guards].flatMap((one) => one.findings),
    };
  }
}

/** A part of the picture that fails costs that part only. */
async function tryCollect<T extends { readonly findings: readonly Finding[] }>(
  part: string,
  read: () => Promise<T>,
): Promise<
  { readonly reading: Observed<T>; readonly findings: readonly Finding[] }
> {
  try {
    const value = await read();
    return { reading: known(value), findings: value.findings };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return {
      reading: unknown(because),
      findings: [finding("collector-failed", `${part}: ${because}`)],
    };
  }
}

/** Two parts may stumble over one file. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(
    findings.map((one) => [`${one.code} ${one.message}`, one]),
  );
  return [...seen.values()];
}
