/** One row of the Python metal-guard's names and ours. */
export interface NameRow {
  /** Number of the layer in its documents; a dash where they give none. */
  readonly layer: string;
  /** Its names. */
  readonly python: readonly string[];
  /**
   * Ours: `guard.x.y` hangs on what `openMetalGuard()` returns, `worker.x` on a worker, `registry.x` on the exported
   * registry; any other word is exported by `mod.ts`.
   */
  readonly ours: readonly string[];
  /** What differs, where a name does not say it. */
  readonly note?: string;
}

/** Every public name of the Python metal-guard 0.11, with its home here. `tests/contract/python_names_test.ts` reaches for each. */
export const PYTHON_NAMES: readonly NameRow[] = [
  {
    layer: "L1",
    python: ["register_thread", "wait_for_threads"],
    ours: ["guard.tasks.register", "guard.tasks.wait"],
    note: "a task is anything that ends: a promise, a worker, a child",
  },
  {
    layer: "L2",
    python: ["flush_gpu", "safe_cleanup", "guarded_cleanup"],
    ours: ["guard.cleanup.flush", "guard.cleanup.run", "guard.cleanup.scope"],
    note: "nothing is flushed while a task lives",
  },
  {
    layer: "L2",
    python: ["kv_cache_clear_on_pressure"],
    ours: ["clearCacheOnPressure"],
  },
  {
    layer: "L3",
    python: [
      "oom_protected",
      "oom_protected_context",
      "is_metal_oom",
      "MetalOOMError",
    ],
    ours: ["guard.oom.protect", "isMetalOom", "GpuOutOfMemoryError"],
  },
  {
    layer: "L4",
    python: ["can_fit", "require_fit", "estimate_model_size_from_name"],
    ours: [
      "guard.fit.check",
      "guard.fit.require",
      "estimateModelSizeGb",
    ],
  },
  {
    layer: "L5",
    python: [
      "memory_stats",
      "is_pressure_high",
      "ensure_headroom",
      "log_memory",
    ],
    ours: [
      "guard.memory.read",
      "guard.memory.isPressureHigh",
      "guard.memory.ensureHeadroom",
      "guard.memory.log",
    ],
    note: "machine-wide, not the memory of one process",
  },
  {
    layer: "L5",
    python: [
      "start_periodic_flush",
      "start_watchdog",
      "start_kv_cache_monitor",
    ],
    ours: [
      "guard.watch.periodicFlush",
      "guard.watch.watchdog",
      "guard.watch.kvCache",
    ],
    note: "each answers a disposable in place of a stop function",
  },
  {
    layer: "L5",
    python: ["bench_scoped_load"],
    ours: ["guard.benchScope"],
    note: "the model loads in a worker",
  },
  {
    layer: "L6",
    python: ["current_mode", "is_defensive", "is_observer", "describe_mode"],
    ours: [
      "guard.mode.current",
      "guard.mode.isDefensive",
      "guard.mode.isObserver",
      "guard.mode.describe",
    ],
  },
  {
    layer: "L7",
    python: [
      "MLXSubprocessRunner",
      "call_model_isolated",
      "shutdown_all_workers",
      "SubprocessCrashError",
      "SubprocessTimeoutError",
    ],
    ours: [
      "guard.workers.start",
      "guard.workers.call",
      "guard.workers.shutdownAll",
      "WorkerCrashedError",
      "WorkerTimedOutError",
    ],
    note: "a call that fails throws, and never answers an empty text",
  },
  {
    layer: "L7",
    python: [
      "subprocess_inference_guard",
      "gemma4_generation_flush",
      "install_abort_handler",
      "probe_metal_health",
    ],
    ours: ["worker.probe"],
    note: "the worker does all of it by itself",
  },
  {
    layer: "L8",
    python: [
      "acquire_mlx_lock",
      "release_mlx_lock",
      "read_mlx_lock",
      "mlx_exclusive_lock",
      "MLXLockConflict",
    ],
    ours: [
      "guard.lock.acquire",
      "guard.lock.release",
      "guard.lock.read",
      "LockHeldError",
    ],
    note: "the kernel holds it beside the file",
  },
  {
    layer: "L9",
    python: [
      "CadenceGuard",
      "require_cadence_clear",
      "CadenceViolation",
      "CrossModelCadenceViolation",
    ],
    ours: [
      "guard.cadence.check",
      "guard.cadence.mark",
      "guard.cadence.require",
      "RefusedError",
      "evaluateCadence",
    ],
  },
  {
    layer: "L9",
    python: [
      "parse_panic_reports",
      "ingest_panics_jsonl",
      "detect_panic_signature",
    ],
    ours: ["guard.panics.list", "guard.panics.ingest", "detectPanicSignature"],
  },
  {
    layer: "L9",
    python: ["CircuitBreaker", "MLXCooldownActive"],
    ours: [
      "guard.circuitBreaker.check",
      "guard.circuitBreaker.require",
      "guard.circuitBreaker.status",
      "guard.circuitBreaker.clear",
      "evaluateCircuitBreaker",
    ],
  },
  {
    layer: "—",
    python: [
      "classify_mlx_error",
      "is_kernel_panic_signature",
      "is_process_abort_signature",
    ],
    ours: [
      "classifyMlxError",
      "isKernelPanicSignature",
      "isProcessAbortSignature",
    ],
    note: "`classifyFailure` and `matchPanicSignature` know more",
  },
  {
    layer: "L10",
    python: [
      "evaluate_panic_cooldown",
      "CooldownVerdict",
      "scan_recent_panics",
    ],
    ours: [
      "guard.panicCooldown.check",
      "guard.panicCooldown.require",
      "guard.panics.recent",
      "evaluatePanicCooldown",
    ],
  },
  {
    layer: "L10",
    python: [
      "mark_panic_sentinel_cooldown",
      "clear_panic_sentinel",
      "ack_panic_lockout",
      "clear_panic_ack",
    ],
    ours: [
      "guard.panicCooldown.hold",
      "guard.panicCooldown.clearHold",
      "guard.panicCooldown.ack",
      "guard.panicCooldown.clearAck",
    ],
  },
  {
    layer: "L10b",
    python: ["scan_recent_aborts"],
    ours: ["guard.panics.aborts"],
  },
  {
    layer: "L11",
    python: ["scan_orphan_subproc_pre"],
    ours: ["guard.orphans.scan", "findOrphans"],
  },
  {
    layer: "L12",
    python: ["run_postmortem"],
    ours: ["guard.postmortem.collect"],
  },
  {
    layer: "L13",
    python: [
      "get_status_snapshot",
      "write_status_snapshot",
      "STATUS_SNAPSHOT_SCHEMA_VERSION",
    ],
    ours: ["guard.status.read", "guard.status.write", "STATUS_SCHEMA_VERSION"],
  },
  {
    layer: "L13b",
    python: ["apple_gpu_family", "detect_hardware", "recommended_config"],
    ours: ["guard.hardware.read", "classifyGpuFamily", "recommendConfig"],
  },
  {
    layer: "L14",
    python: ["ResourceTracker", "global_resource_tracker"],
    ours: ["ResourceTracker", "guard.resources"],
  },
  {
    layer: "—",
    python: ["breadcrumb", "breadcrumb_with_meta"],
    ours: ["guard.breadcrumbs.write"],
  },
  {
    layer: "R2, R3",
    python: [
      "audit_wired_limit",
      "read_gpu_driver_version",
      "log_system_audit_at_startup",
    ],
    ours: ["guard.audit.run", "evaluateWiredLimit"],
  },
  {
    layer: "R4, R7",
    python: [
      "ModelDims",
      "KNOWN_MODELS",
      "lookup_dims",
      "estimate_prefill_peak_alloc_gb",
      "require_prefill_fit",
      "recommend_chunk_size",
      "describe_prefill_plan",
    ],
    ours: [
      "lookupDims",
      "estimatePrefillPeakBytes",
      "evaluatePrefill",
      "recommendChunkTokens",
      "describePrefillPlan",
    ],
    note: "bytes in place of GB; `ModelDims` is a type",
  },
  {
    layer: "R5",
    python: ["KVGrowthTracker"],
    ours: ["KvGrowthTracker", "guard.kv"],
  },
  {
    layer: "R6",
    python: [
      "detect_process_mode",
      "apply_mode_defaults",
      "describe_process_mode",
    ],
    ours: [
      "detectProcessMode",
      "modeDefaults",
      "guard.processMode.describe",
    ],
    note: "nothing is set behind your back: `modeDefaults` answers",
  },
  {
    layer: "R8",
    python: ["format_panic_for_apple_feedback"],
    ours: ["formatAppleFeedback"],
  },
  {
    layer: "—",
    python: [
      "check_version_advisories",
      "check_mlx_version_blocked",
      "check_mlx_lm_version_blocked",
      "check_workload_advisory",
    ],
    ours: [
      "guard.advisories.check",
      "findAdvisories",
      "workloadAdvisory",
    ],
  },
  {
    layer: "—",
    python: ["install_upstream_defensive_patches"],
    ours: ["worker.patches"],
    note: "the worker applies them, and lists those in force",
  },
  {
    layer: "—",
    python: [
      "KNOWN_PANIC_MODELS",
      "check_known_panic_model",
      "check_known_panic_model_for_gpu",
      "warn_if_known_panic_model",
      "models_by_tier",
      "models_affecting_gpu_family",
    ],
    ours: [
      "registry.models",
      "registry.find",
      "guard.registry.warn",
      "registry.byTier",
      "registry.affecting",
    ],
  },
];
