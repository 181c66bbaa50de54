import type { PanicRecord } from "../core/failure.ts";
import type { Finding } from "../core/finding.ts";
import { addMs, epochSeconds, HOUR_MS } from "../core/instant.ts";
import type { ModeDescription } from "../core/mode.ts";
import { type Observed, unknown } from "../core/observed.ts";
import type { FailureHistory } from "../facts/panic_history.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import { evaluateHealth, type Health } from "../policy/health.ts";

/** The layers that the status is gathered from. */
export interface StatusSources {
  /** Failures: kernel panics of a window, survived ones of the last 24 h. */
  readFailures(panicsWithinMs: number): Promise<FailureHistory>;
  /** The gate, judged on what was read. */
  checkGate(history: FailureHistory): Promise<CooldownVerdict>;
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

/** Memory of the GPU, machine-wide. */
export interface MemoryReading {
  /** In use now. */
  readonly activeBytes: Observed<number>;
  /** Highest reading so far. */
  readonly peakBytes: Observed<number>;
  /** What must not be exceeded. */
  readonly limitBytes: Observed<number>;
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
  /** The lock's holder in words; unknown until the lock layer says it. */
  readonly lock: Observed<string | null>;
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
    const { health, exitCode } = evaluateHealth({
      panicCount: panics.length,
      hasStaleLock: false,
    });
    const crumbs = this.#sources.breadcrumbTail(
      options.breadcrumbLines ?? BREADCRUMB_LINES,
    );
    return {
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
      lock: unknown(NOT_BUILT),
      breadcrumbPath: this.#sources.breadcrumbPath(),
      breadcrumbLines: crumbs.lines,
      findings: [...gate.findings, ...crumbs.findings],
    };
  }
}
