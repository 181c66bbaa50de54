/** What callers may import. A name that goes or comes is a decision, so it is written down here. */
import assert from "node:assert/strict";
import * as library from "../../mod.ts";

const VALUES = `
  DecodeError FileError formatAppleFeedback LAYERS LockHeldError MetalGuardError RefusedError classifyFailure classifyMlxError detectPanicSignature
  GpuOutOfMemoryError describePrefillPlan lookupDims estimateFusedPrefill estimateModelSizeGb estimatePrefillPeakBytes evaluateFit evaluatePrefill
  kvBytesPerToken kvCacheBytes parseModelConfig recommendChunkTokens
  classifyGpuFamily evaluateMemoryUse evaluateWiredLimit machineTier recommendConfig
  evaluatePanicCooldown isKernelPanicSignature isMetalOom isProcessAbortSignature matchPanicSignature openMetalGuard
  KvGrowthTracker ResourceTracker detectProcessMode evaluateCadence evaluateCircuitBreaker findAdvisories findOrphans isGemma4Family modeDefaults
  STATUS_SCHEMA_VERSION parseCalendar parsePanickedPid registry workloadAdvisory
  WorkerCrashedError WorkerFailedError WorkerTimedOutError clearCacheOnPressure`;
const TYPES = `
  GateGuard GatePorts
  AppleFeedbackOptions BundleEntry FeedbackOptions PanicForensics PostmortemOptions PostmortemPart PostmortemResult PrivateNames ReadPrivateNames
  Advisory AdvisoryCheck AdvisoryHit AdvisoryOptions AdvisoryReport AdvisorySeverity AdvisoryVerdict BlockedHit
  BlockedRelease DoubtfulAlternative Launchd LaunchdJob LaunchdJobKind LaunchdOutcome LaunchdPlace LaunchdPlan LaunchdPorts LaunchdRequest
  LaunchdSetup PropertyMap PropertyValue InstalledPackage InstalledVersions LinkReader PythonPlace Recommendation
  VersionsByPackage WorkloadAdvisory
  AttentionKind Cleanup CleanupOptions CleanupResult Fit FitFacts FitRequest FitRequireOptions FitView Flush
  FusedPrefill GpuMemoryReading KvGroup KvLoopOptions KvMonitorOptions KvPressure LoopOptions Memory ModelDims
  ModelExperts ModelFacts ModelFiles Oom OomOptions PrefillOptions PrefillPlan ReadGpuMemory RunningGuard SourcedBytes
  FootprintOptions Footprints FootprintSource GuardWatcher GuardWatchers HeldRunOptions OnGuardExit
  SourcedMemoryReading TaskOptions Tasks Ticker Watch WatchdogLoopOptions WatchdogOptions
  AbortKind AbortRecord BreadcrumbMeta Breadcrumbs BreadcrumbTail ChildEnd ChildOptions ChildOutput ChildProcesses
  Clock Config CooldownCause CooldownDecision CooldownKind CooldownVerdict EntryKind EnvReader
  ClassWords CommunityReport Confidence DriverCount DriverFacts DriverRow DriverVersion DriverView EntryClass Evidence
  ErrorClass ErrorCode EventTime FailDirection FailureHistory FileOpenOptions FileProblem FileStat
  FileStore Finding FolderEntry Health HoldInForce HoldOptions HoldResult LayerRow Log MemoryReading
  MatchKind ModelEntry Registry RegistryAnswer RegistryLookup RegistryMatch RegistryOrigin RegistryPorts RegistryProblem RegistryTier
  RegistryView Reproduction SafeAlternative ShippedRegistry UnlinkedReport
  MetalGuard MetalGuardPorts MetalGuardSetup Mode ModeDescription ModeLayer NarrowSignature
  NewestPanic Observed OpenFile OpenGuardOptions PanicCooldown PanicCooldownFacts
  PanicCooldownOptions PanicEvent PanicRecord PanicSignature Panics PanicsOptions PathOverrides
  Paths Phase RecoveryHint ReportFolder Severity Status StatusBreadcrumbs StatusCollector StatusOptions StatusSnapshot SystemFacts CollectorFailure
  StatusWatchOptions StatusLoopOptions JobRun JobState MetricsFileOptions PythonCheck StatusSink StatusWriter StatusWriterOptions ListenOptions ProgramSignals StopRequest
  TimeSource UnreadableEvidence UnreadableReport Verdict
  AcquireOptions EndSignal ForegroundChild ForegroundChildren ForegroundOptions ForwardedSignal HostIdentity Lock
  LockCheck LockConflict LockHold LockHoldKind LockHolder LockRelease LockRun LockRunOptions LockRunResult LockState
  LockStatus LockVerdict NamedProcess ProcessFacts ProcessIdentity ProcessReading ProcessTable SignalOutcome StartToken
  BreakerAnswer BreakerOpening BreakerStatus BreakerVerdict Cadence CadenceAnswer CadenceOptions CadenceState CadenceStatus CadenceVerdict
  CircuitBreaker CircuitBreakerFacts CircuitBreakerOptions ColdRestartAdvice ColdRestartOptions GuardView IngestResult JsonFields JsonObject JsonValue KvRequest
  KvStartOptions LiveGuard LiveGuardFile LiveGuardReport LiveGuards LiveKvRequest ModeDefaults Orphan OrphanKill OrphanQuery
  OrphanScanOptions Orphans ProcessContext ProcessMode ProcessModeDescription ProcessModeLayer PublishedGuard SleepOptions Suspect UseCount
  GenerateAnswer GenerateOptions MlxWorker WiredPolicy WorkerBackend WorkerFacts WorkerMemory WorkerOptions
  WorkerPool WorkerProbe WorkerDeath WorkerFailure WorkerAnswer WorkerCommand WorkerEnd WorkerHello WorkerMark
  WorkerProcess WorkerProcesses WorkerReply WorkerRequest WorkerStart WorkerTag BenchScope BenchScopeOptions BenchWorker
  CallOptions MakeWorker PoolOptions StartableWorker WorkerCrew Workers


  AuditReport DoctorPart DoctorReport GpuAccelerator GpuClient GpuFamily GpuMemoryStatus GpuProbe GpuProgram GpuUse HangMark HardwareFacts
  HardwareReport HostMemoryReading KnobState MachineChecks MachineFacts MachineGuard MachineParts MachinePorts MachineProbe MachineReading MachineTier
  MemoryFigures MemoryLimitSource MemoryPressure MemoryProbe MemoryUse MetalDevice MetalProbe MetalReading OwnProcess
  Place ProbeAnswer ProbeChain ProbeSource ProcessMemory RecommendedConfig SelfProgram WiredLimitAudit WiredLimitFacts
  WiredLimitMode`;

const MODULE = new URL("../../mod.ts", import.meta.url).href;

function words(text: string): string[] {
  return text.trim().split(/\s+/).sort();
}

interface Documented {
  readonly nodes: Readonly<
    Record<string, { readonly symbols: readonly { readonly name: string }[] }>
  >;
}

Deno.test("mod.ts exports these values", () => {
  // Kills: a function that a caller uses and that is gone; a helper that becomes public by accident.
  assert.deepEqual(Object.keys(library).sort(), words(VALUES));
});

Deno.test("mod.ts exports these values and types", async () => {
  // Kills: a type that callers hold and can no longer name.
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", MODULE],
    stderr: "null",
  }).output();
  assert.equal(code, 0);
  const { nodes }: Documented = JSON.parse(new TextDecoder().decode(stdout));
  const names = (nodes[MODULE]?.symbols ?? []).map((symbol) => symbol.name);
  assert.deepEqual(names.sort(), words(`${VALUES} ${TYPES}`));
});

Deno.test("importing mod.ts needs no permission and does nothing", async () => {
  // Kills: an import that reads a file, a variable or the clock of another process.
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-lock",
      "--cached-only",
      `import(${
        JSON.stringify(MODULE)
      }).then((m) => console.log(typeof m.openMetalGuard))`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.equal(new TextDecoder().decode(stdout), "function\n");
});

Deno.test("a text is judged by the library as by the command line", () => {
  // Kills: tables that are not bound, so that nothing ever matches.
  const panic =
    'panic(cpu 1 caller 0xfffffe0000000000): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550';
  const abort =
    "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)";
  assert.equal(library.matchPanicSignature(panic)?.stopsGate, true);
  assert.equal(
    library.detectPanicSignature(panic)?.name,
    "prepare_count_underflow",
  );
  assert.equal(library.isKernelPanicSignature(panic), true);
  assert.equal(library.isProcessAbortSignature(abort), true);
  assert.equal(library.classifyMlxError(abort)?.name, "cmd_buffer_oom");
  assert.equal(library.classifyFailure(panic)?.severity, "kernel_panic");
  assert.equal(library.isMetalOom(new Error(abort)), true);
  assert.equal(library.isMetalOom(panic), false);
  assert.equal(library.matchPanicSignature("all is well"), undefined);
});
