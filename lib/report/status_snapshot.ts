import type { PanicRecord } from "../core/failure.ts";
import type { Finding } from "../core/finding.ts";
import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import type { LockStatus } from "../core/lock_hold.ts";
import type { ModeDescription } from "../core/mode.ts";
import type { Observed } from "../core/observed.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { Health } from "../policy/health.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import type { BreakerStatus } from "./breaker.ts";
import type { CadenceStatus, GuardView } from "./status_layers.ts";

/** Parts of the picture, each gathered by itself: one that fails costs that part only. */
export type StatusCollector =
  | "panics"
  | "panic_cooldown"
  | "ledger"
  | "machine"
  | "mode"
  | "breadcrumbs"
  | "lock"
  | "breaker"
  | "cadence"
  | "guards";

/** A part of the picture that could not be gathered. */
export interface CollectorFailure {
  /** Which part. */
  readonly collector: StatusCollector;
  /** Why. */
  readonly because: string;
}

/** The end of the breadcrumb log. */
export interface StatusBreadcrumbs {
  /** The log's path; `null` when it is switched off. */
  readonly path: string | null;
  /** Its last lines, oldest first. */
  readonly lines: readonly string[];
}

/** One picture of all layers. What could not be had is `unknown`, never a figure. */
export interface StatusSnapshot {
  /** When it was taken. */
  readonly capturedAt: Temporal.Instant;
  /** In one word. */
  readonly health: Health;
  /** Exit code of `status`: 0, 1 or 2. */
  readonly exitCode: 0 | 1 | 2;
  /** Window of `panics`, in hours. */
  readonly panicWindowHours: number;
  /** Kernel panics of that window, newest first. */
  readonly panics: Observed<readonly PanicRecord[]>;
  /** The gate's answer. */
  readonly gate: Observed<CooldownVerdict>;
  /** The mode. */
  readonly mode: Observed<ModeDescription>;
  /** The GPU's memory. */
  readonly memory: GpuMemoryStatus;
  /** The machine and its GPU. */
  readonly machine: MachineChecks;
  /** Who holds the lock. */
  readonly lock: Observed<LockStatus>;
  /** The circuit breaker. */
  readonly breaker: Observed<BreakerStatus>;
  /** The cadence of loads. */
  readonly cadence: Observed<CadenceStatus>;
  /** Guards that run. */
  readonly guards: Observed<readonly GuardView[]>;
  /** The end of the breadcrumb log. */
  readonly breadcrumbs: Observed<StatusBreadcrumbs>;
  /** Parts that could not be gathered; none on a machine that is well. */
  readonly failures: readonly CollectorFailure[];
  /** Everything that is out of order. */
  readonly findings: readonly Finding[];
}
