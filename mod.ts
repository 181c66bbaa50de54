/**
 * metal-guard keeps Apple-Silicon Macs alive under MLX: after a GPU kernel panic it keeps GPU work away until it is
 * safe to try again, reads the system's failure reports, and explains them.
 *
 * Importing this module does nothing: no file, variable or library is touched before a guard is asked.
 *
 * @example Ask before loading a model
 * ```ts
 * import { openMetalGuard } from "./mod.ts";
 *
 * const guard = openMetalGuard();
 * const verdict = await guard.panicCooldown.check();
 * if (verdict.exitCode === 2) {
 *   console.error(`Not now: ${verdict.verdict.reason}`);
 * }
 * ```
 *
 * @module
 */
import { createDenoPorts } from "./lib/adapters/deno/ports.ts";
import type { MetalGuardPorts, MetalGuardSetup } from "./lib/compose.ts";
import { RunningGuard } from "./lib/compose/running.ts";
import type { ErrorClass, PanicSignature } from "./lib/core/failure.ts";
import * as failures from "./lib/parse/failure_text.ts";
import type { EnvReader } from "./lib/ports/env.ts";
import { FAILURE_TABLES } from "./lib/registry/failures.ts";

export type {
  AdvisoryCheck,
  MetalGuard,
  MetalGuardPorts,
  MetalGuardSetup,
} from "./lib/compose.ts";
export type { RunningGuard } from "./lib/compose/running.ts";
export type { Config } from "./lib/config.ts";
export {
  DecodeError,
  type ErrorCode,
  FileError,
  type FileProblem,
  MetalGuardError,
  RefusedError,
} from "./lib/core/error.ts";
export type {
  AbortKind,
  AbortRecord,
  ErrorClass,
  PanicRecord,
  PanicSignature,
  RecoveryHint,
  Severity,
} from "./lib/core/failure.ts";
export type { Finding } from "./lib/core/finding.ts";
export type * from "./lib/core/release_advice.ts";
export type { MemoryReading } from "./lib/core/memory_reading.ts";
export { GpuOutOfMemoryError } from "./lib/core/memory_error.ts";
export type {
  AttentionKind,
  KvGroup,
  ModelDims,
  ModelExperts,
  ModelFacts,
} from "./lib/core/model.ts";
export type { HoldInForce } from "./lib/core/hold.ts";
export {
  type FailDirection,
  type LayerRow,
  LAYERS,
  type Phase,
} from "./lib/core/layers.ts";
export {
  type LockConflict,
  LockHeldError,
  type LockHolder,
} from "./lib/core/lock_error.ts";
export type {
  AcquireOptions,
  LockCheck,
  LockHold,
  LockHoldKind,
  LockState,
  LockStatus,
  LockVerdict,
  NamedProcess,
} from "./lib/core/lock_hold.ts";
export type { Mode, ModeDescription } from "./lib/core/mode.ts";
export type { Observed } from "./lib/core/observed.ts";
export type {
  ProcessFacts,
  ProcessIdentity,
  ProcessReading,
  StartToken,
} from "./lib/core/process_identity.ts";
export type { Verdict } from "./lib/core/verdict.ts";
export { clearCacheOnPressure } from "./lib/core/worker.ts";
export type * from "./lib/core/worker.ts";
export * from "./lib/core/worker_error.ts";
export type { EventTime, TimeSource } from "./lib/facts/event_time.ts";
export type { IngestResult } from "./lib/facts/known_panics.ts";
export type { FailureHistory } from "./lib/facts/panic_history.ts";
// deno-fmt-ignore
export type { InstalledPackage, InstalledVersions } from "./lib/facts/installed_versions.ts";
export type { PanicEvent } from "./lib/facts/panic_merge.ts";
export type { ModelFiles } from "./lib/facts/model_files.ts";
export type { UnreadableEvidence } from "./lib/facts/report_files.ts";
export type { PythonPlace } from "./lib/facts/python_types.ts";
export {
  type AdvisoryOptions,
  type AdvisoryReport,
  findAdvisories,
  workloadAdvisory,
} from "./lib/layers/advisories.ts";
export type {
  BreadcrumbMeta,
  Breadcrumbs,
  BreadcrumbTail,
} from "./lib/layers/breadcrumbs.ts";
export type { Cadence, CadenceAnswer } from "./lib/layers/cadence.ts";
export type {
  BreakerAnswer,
  CircuitBreaker,
} from "./lib/layers/circuit_breaker.ts";
export { KvGrowthTracker, type KvStartOptions } from "./lib/layers/kv.ts";
export type {
  LiveGuard,
  LiveGuardReport,
  LiveGuards,
  PublishedGuard,
} from "./lib/layers/live_guards.ts";
export type { Lock, LockRelease } from "./lib/layers/lock.ts";
export type {
  LockRun,
  LockRunOptions,
  LockRunResult,
} from "./lib/layers/lock_run.ts";
export type * from "./lib/layers/launchd.ts";
export type { LaunchdJob, LaunchdJobKind } from "./lib/policy/launchd_job.ts";
export type * from "./lib/core/property_value.ts";
export type {
  Cleanup,
  CleanupOptions,
  CleanupResult,
  Flush,
} from "./lib/layers/cleanup.ts";
export type {
  BenchScope,
  BenchScopeOptions,
  BenchWorker,
} from "./lib/layers/bench_scope.ts";
export type * from "./lib/layers/workers.ts";
export type { Fit, FitRequest, FitRequireOptions } from "./lib/layers/fit.ts";
export type { Memory, SourcedMemoryReading } from "./lib/layers/memory.ts";
export type { Oom, OomOptions } from "./lib/layers/oom.ts";
export type { TaskOptions, Tasks } from "./lib/layers/tasks.ts";
export type {
  KvLoopOptions,
  LoopOptions,
  Watch,
  WatchdogLoopOptions,
} from "./lib/layers/watch.ts";
export type { ModeLayer } from "./lib/layers/mode.ts";
export {
  findOrphans,
  type OrphanKill,
  type Orphans,
  type OrphanScanOptions,
} from "./lib/layers/orphans.ts";
export type {
  HoldOptions,
  HoldResult,
  PanicCooldown,
} from "./lib/layers/panic_cooldown.ts";
export type { Panics, PanicsOptions } from "./lib/layers/panics.ts";
export type {
  ProcessModeDescription,
  ProcessModeLayer,
} from "./lib/layers/process_mode.ts";
export { ResourceTracker } from "./lib/layers/resources.ts";
export type {
  Status,
  StatusOptions,
  StatusSnapshot,
} from "./lib/layers/status.ts";
export { parseCalendar, parsePanickedPid } from "./lib/parse/panic_fields.ts";
export { parseModelConfig } from "./lib/parse/model_config.ts";
export { estimateModelSizeGb } from "./lib/parse/model_name.ts";
export type { NarrowSignature } from "./lib/parse/failure_text.ts";
export type {
  JsonFields,
  JsonObject,
  JsonValue,
} from "./lib/parse/state/json_text.ts";
export type {
  LiveGuardFile,
  LiveKvRequest,
} from "./lib/parse/state/live_guard_file.ts";
export type { PathOverrides, Paths, ReportFolder } from "./lib/paths.ts";
export {
  type CadenceOptions,
  type CadenceState,
  type CadenceVerdict,
  evaluateCadence,
} from "./lib/policy/cadence.ts";
export {
  type BreakerOpening,
  type BreakerVerdict,
  type CircuitBreakerFacts,
  type CircuitBreakerOptions,
  evaluateCircuitBreaker,
} from "./lib/policy/circuit_breaker.ts";
export type {
  ColdRestartAdvice,
  ColdRestartOptions,
  UseCount,
} from "./lib/policy/cold_restart.ts";
// deno-fmt-ignore
export type { AdvisoryHit, AdvisoryVerdict, BlockedHit, DoubtfulAlternative, VersionsByPackage } from "./lib/policy/advisories.ts";
export type {
  CooldownVerdict,
  NewestPanic,
  UnreadableReport,
} from "./lib/policy/cooldown_verdict.ts";
export { evaluateFit, type FitFacts } from "./lib/policy/fit.ts";
export {
  estimateFusedPrefill,
  type FusedPrefill,
  kvBytesPerToken,
  kvCacheBytes,
} from "./lib/policy/kv_cache.ts";
export type {
  KvMonitorOptions,
  KvPressure,
  WatchdogOptions,
} from "./lib/policy/memory_watch.ts";
export {
  estimatePrefillPeakBytes,
  evaluatePrefill,
  type PrefillOptions,
  type PrefillPlan,
  recommendChunkTokens,
} from "./lib/policy/prefill.ts";
export type { FitView, SourcedBytes } from "./lib/report/fit.ts";
export type { Health } from "./lib/policy/health.ts";
export type { KvRequest } from "./lib/policy/kv_growth.ts";
export { type ModeDefaults, modeDefaults } from "./lib/policy/mode_defaults.ts";
export { isGemma4Family } from "./lib/policy/model_family.ts";
export type { Orphan, OrphanQuery } from "./lib/policy/orphans.ts";
export {
  type CooldownCause,
  type CooldownDecision,
  type CooldownKind,
  evaluatePanicCooldown,
  type PanicCooldownFacts,
  type PanicCooldownOptions,
} from "./lib/policy/panic_cooldown.ts";
export {
  detectProcessMode,
  type ProcessContext,
  type ProcessMode,
} from "./lib/policy/process_mode.ts";
export type { Suspect } from "./lib/policy/suspects.ts";
export type {
  ChildEnd,
  ChildOptions,
  ChildOutput,
  ChildProcesses,
} from "./lib/ports/child_process.ts";
export type { Clock, SleepOptions } from "./lib/ports/clock.ts";
export type { EnvReader } from "./lib/ports/env.ts";
export type {
  ForegroundChild,
  ForegroundChildren,
  ForegroundOptions,
  ForwardedSignal,
} from "./lib/ports/foreground_child.ts";
export type { HostIdentity } from "./lib/ports/host_identity.ts";
export type {
  EndSignal,
  ProcessTable,
  SignalOutcome,
} from "./lib/ports/process_table.ts";
export type {
  EntryKind,
  FileStat,
  FileStore,
  FolderEntry,
  OpenFile,
  OpenOptions as FileOpenOptions,
} from "./lib/ports/file_store.ts";
export type { LinkReader } from "./lib/ports/link_reader.ts";
export type {
  GpuMemoryReading,
  ReadGpuMemory,
} from "./lib/ports/gpu_memory.ts";
export type { Log } from "./lib/ports/log.ts";
export type { Ticker } from "./lib/ports/ticker.ts";
export type { Footprints } from "./lib/ports/footprints.ts";
export type {
  GuardWatcher,
  GuardWatchers,
  OnGuardExit,
} from "./lib/ports/guard_watcher.ts";
export type { HeldRunOptions } from "./lib/layers/lock_run.ts";
export type * from "./lib/ports/worker_process.ts";
export type { SystemFacts } from "./lib/ports/system_facts.ts";
export type { BreakerStatus } from "./lib/report/breaker.ts";
export type { CadenceStatus, GuardView } from "./lib/report/status_layers.ts";

/** What {@linkcode openMetalGuard} may be told; everything has a default. */
export interface OpenGuardOptions extends MetalGuardSetup {
  /** Where variables are read from. @default the process's own environment */
  readonly env?: EnvReader;
  /** Ports to use in place of Deno's. */
  readonly ports?: Partial<MetalGuardPorts>;
}

/**
 * Opens a guard. Nothing is read or written until one of its layers is asked.
 *
 * @param options Paths, environment, ports and mode.
 * @returns The guard.
 *
 * @example
 * ```ts
 * import { openMetalGuard } from "./mod.ts";
 *
 * const guard = openMetalGuard({ mode: "observer" });
 * await guard.breadcrumbs.write("LOAD", "mlx-community/tiny START");
 * ```
 */
export function openMetalGuard(options: OpenGuardOptions = {}): RunningGuard {
  const ports: MetalGuardPorts = { ...createDenoPorts(), ...options.ports };
  return new RunningGuard(
    options.env === undefined ? ports : { ...ports, env: options.env },
    options,
  );
}

/**
 * Finds a kernel panic's cause in its text: the seed's signatures and all that came later.
 *
 * @param text A panic report, or a piece of one.
 * @returns The cause, or `undefined` when the text states none that is known.
 */
export function matchPanicSignature(text: string): PanicSignature | undefined {
  return failures.matchPanicSignature(text, FAILURE_TABLES);
}

/**
 * Finds a kernel panic's cause as narrowly as the Python metal-guard does.
 *
 * @param text A panic report, or a piece of one.
 * @returns Name and explanation, or `undefined`.
 */
export function detectPanicSignature(
  text: string,
): failures.NarrowSignature | undefined {
  return failures.detectPanicSignature(text, FAILURE_TABLES);
}

/**
 * Classifies an MLX error's text as narrowly as the Python metal-guard does.
 *
 * @param text What MLX, Metal or the kernel said.
 * @returns The class, or `undefined` when the text names none of the eight.
 */
export function classifyMlxError(text: string): ErrorClass | undefined {
  return failures.classifyMlxError(text, FAILURE_TABLES);
}

/**
 * Classifies the text of any failure, also those that the Python metal-guard does not know.
 *
 * @param text A report, standard error of a program, or a piece of either.
 * @returns The class; kernel classes win over abort classes.
 */
export function classifyFailure(text: string): ErrorClass | undefined {
  return failures.classifyFailure(text, FAILURE_TABLES);
}

/** Whether a text is that of a GPU kernel panic, as narrowly as the Python metal-guard says. */
export function isKernelPanicSignature(text: string): boolean {
  return failures.isKernelPanicSignature(text, FAILURE_TABLES);
}

/** Whether a text is that of a GPU failure which ends a program only, as narrowly as the Python metal-guard says. */
export function isProcessAbortSignature(text: string): boolean {
  return failures.isProcessAbortSignature(text, FAILURE_TABLES);
}

/**
 * Whether an error says that the GPU ran out of memory, or time that others needed.
 *
 * @param error An error or its text.
 */
export function isMetalOom(error: unknown): boolean {
  return failures.isMetalOom(
    error instanceof Error ? error.message : String(error),
  );
}
