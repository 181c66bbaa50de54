/**
 * Types that callers of the library hold: what layers, policies and ports answer and take.
 *
 * @module
 */
export type * from "./machine_types.ts";
export type { Config } from "../config.ts";
export type { EventTime, TimeSource } from "../facts/event_time.ts";
export type { IngestResult } from "../facts/known_panics.ts";
export type { FailureHistory } from "../facts/panic_history.ts";
export type { PanicEvent } from "../facts/panic_merge.ts";
export type { ModelFiles } from "../facts/model_files.ts";
export type { UnreadableEvidence } from "../facts/report_files.ts";
export type {
  BreadcrumbMeta,
  Breadcrumbs,
  BreadcrumbTail,
} from "../layers/breadcrumbs.ts";
export type { Cadence, CadenceAnswer } from "../layers/cadence.ts";
export type {
  BreakerAnswer,
  CircuitBreaker,
} from "../layers/circuit_breaker.ts";
export type {
  LiveGuard,
  LiveGuardReport,
  LiveGuards,
  PublishedGuard,
} from "../layers/live_guards.ts";
export type { Lock, LockRelease } from "../layers/lock.ts";
export type {
  LockRun,
  LockRunOptions,
  LockRunResult,
} from "../layers/lock_run.ts";
export type {
  Cleanup,
  CleanupOptions,
  CleanupResult,
  Flush,
} from "../layers/cleanup.ts";
export type {
  BenchScope,
  BenchScopeOptions,
  BenchWorker,
} from "../layers/bench_scope.ts";
export type * from "../layers/workers.ts";
export type { Fit, FitRequest, FitRequireOptions } from "../layers/fit.ts";
export type { Memory, SourcedMemoryReading } from "../layers/memory.ts";
export type { Oom, OomOptions } from "../layers/oom.ts";
export type { TaskOptions, Tasks } from "../layers/tasks.ts";
export type {
  KvLoopOptions,
  LoopOptions,
  Watch,
  WatchdogLoopOptions,
} from "../layers/watch.ts";
export type { ModeLayer } from "../layers/mode.ts";
export type {
  HoldOptions,
  HoldResult,
  PanicCooldown,
} from "../layers/panic_cooldown.ts";
export type { Panics, PanicsOptions } from "../layers/panics.ts";
export type {
  ProcessModeDescription,
  ProcessModeLayer,
} from "../layers/process_mode.ts";
export type * from "../layers/registry.ts";
export type {
  Status,
  StatusOptions,
  StatusWatchOptions,
} from "../layers/status.ts";
export type { StatusLoopOptions } from "../layers/status_writer.ts";
export type { JobRun, JobState } from "../facts/running_jobs.ts";
export type { PythonCheck } from "../layers/doctor.ts";
export type { MetricsFileOptions } from "./metrics_file.ts";
export type {
  StatusSink,
  StatusWriter,
  StatusWriterOptions,
} from "./status_writer.ts";
export type {
  ListenOptions,
  ProgramSignals,
  StopRequest,
} from "../ports/program_signals.ts";
export type {
  CollectorFailure,
  StatusBreadcrumbs,
  StatusCollector,
  StatusSnapshot,
} from "../report/status_snapshot.ts";
export type { NarrowSignature } from "../parse/failure_text.ts";
export type {
  JsonFields,
  JsonObject,
  JsonValue,
} from "../parse/state/json_text.ts";
export type {
  LiveGuardFile,
  LiveKvRequest,
} from "../parse/state/live_guard_file.ts";
export type { PathOverrides, Paths, ReportFolder } from "../paths.ts";
export type {
  ColdRestartAdvice,
  ColdRestartOptions,
  UseCount,
} from "../policy/cold_restart.ts";
export type {
  CooldownVerdict,
  NewestPanic,
  UnreadableReport,
} from "../policy/cooldown_verdict.ts";
export type {
  KvMonitorOptions,
  KvPressure,
  WatchdogOptions,
} from "../policy/memory_watch.ts";
export type { FitView, SourcedBytes } from "../report/fit.ts";
export type { Health } from "../policy/health.ts";
export type { KvRequest } from "../policy/kv_growth.ts";
export type { Orphan, OrphanQuery } from "../policy/orphans.ts";
export type {
  MatchKind,
  RegistryAnswer,
  RegistryLookup,
  RegistryMatch,
} from "../policy/registry_lookup.ts";
export type { Suspect } from "../policy/suspects.ts";
export type {
  ChildEnd,
  ChildOptions,
  ChildOutput,
  ChildProcesses,
} from "../ports/child_process.ts";
export type { Clock, SleepOptions } from "../ports/clock.ts";
export type { EnvReader } from "../ports/env.ts";
export type {
  ForegroundChild,
  ForegroundChildren,
  ForegroundOptions,
  ForwardedSignal,
} from "../ports/foreground_child.ts";
export type { HostIdentity } from "../ports/host_identity.ts";
export type {
  EndSignal,
  ProcessTable,
  SignalOutcome,
} from "../ports/process_table.ts";
export type {
  EntryKind,
  FileStat,
  FileStore,
  FolderEntry,
  OpenFile,
  OpenOptions as FileOpenOptions,
} from "../ports/file_store.ts";
export type { GpuMemoryReading, ReadGpuMemory } from "../ports/gpu_memory.ts";
export type { Log } from "../ports/log.ts";
export type { Ticker } from "../ports/ticker.ts";
export type {
  FootprintOptions,
  Footprints,
  FootprintSource,
} from "../ports/footprints.ts";
export type {
  GuardWatcher,
  GuardWatchers,
  OnGuardExit,
} from "../ports/guard_watcher.ts";
export type { HeldRunOptions } from "../layers/lock_run.ts";
export type * from "../ports/worker_process.ts";
export type { SystemFacts } from "../ports/system_facts.ts";
export type { BreakerStatus } from "../report/breaker.ts";
export type { CadenceStatus, GuardView } from "../report/status_layers.ts";
export type {
  InstalledPackage,
  InstalledVersions,
} from "../facts/installed_versions.ts";
export type { PythonPlace } from "../facts/python_types.ts";
export type * from "../layers/launchd.ts";
export type { LaunchdJob, LaunchdJobKind } from "../policy/launchd_job.ts";
export type * from "../core/property_value.ts";
export type {
  AdvisoryHit,
  AdvisoryVerdict,
  BlockedHit,
  DoubtfulAlternative,
  VersionsByPackage,
} from "../policy/advisories.ts";
export type { LinkReader } from "../ports/link_reader.ts";
export type { PostmortemPart } from "./postmortem.ts";
export type {
  PostmortemOptions,
  PostmortemResult,
} from "../layers/postmortem.ts";
export type { FeedbackOptions } from "../layers/postmortem_story.ts";
export type { BundleEntry } from "../parse/state/bundle_file.ts";
export type { PrivateNames, ReadPrivateNames } from "../ports/private_names.ts";
