import type { KNOBS } from "../../lib/config.ts";

/** What a page about a layer says beside what the code says of itself. */
export interface LayerNote {
  /** How a program reaches it from `openMetalGuard()`; left out where it works inside of others. */
  readonly guard?: string;
  /** Why it is there, in a few sentences. */
  readonly why: string;
  /** Command lines, each of which runs in a home without anything. */
  readonly commands?: readonly string[];
  /** Keys of `KNOBS` that change what it does. */
  readonly knobs?: readonly (keyof typeof KNOBS)[];
  /** Files that it reads or writes. */
  readonly files?: readonly string[];
  /** Files below `lib/policy/` in which it is decided. */
  readonly policies?: readonly string[];
}

/** Notes by the name of the layer. A layer without one has a page all the same, made of what the code says. */
export const LAYER_NOTES: Readonly<Record<string, LayerNote>> = {
  tasks: {
    guard: "guard.tasks",
    why:
      "To clear MLX's cache while something still runs on the GPU is itself a way into the panic. So whatever uses the GPU is registered, and a clean-up asks here first.",
  },
  cleanup: {
    guard: "guard.cleanup",
    why:
      "The order matters: first wait until nothing runs, then synchronise, then clear the cache, then rest for 2 seconds. In another order memory is taken from a command that is still in flight. Where tasks still live after the wait, nothing is flushed.",
  },
  oom: {
    guard: "guard.oom",
    why:
      "One error can be cured from inside of the program: the GPU that says that it is out of memory. It is caught, the caches are given back, and the work is tried once more. Everything else is a bug or a crash and passes through.",
  },
  fit: {
    guard: "guard.fit",
    why:
      "A load that does not fit is the usual beginning of a panic. The inequality is `(model + 2.0 GB) ≤ limit − in use`, and the answer shows it with every number and its source.",
    commands: ["metal-guard fit mlx-community/Qwen3-8B-4bit --context 8192"],
    knobs: ["hubCache", "hubHome"],
    policies: ["fit", "kv_cache", "prefill"],
  },
  memory: {
    guard: "guard.memory",
    why:
      "The figure that counts is what the GPU has in use for all programs together, and its peak: system memory pressure can read normal seconds before the panic.",
    policies: ["memory_use", "memory_limit"],
  },
  watch: {
    guard: "guard.watch",
    why:
      "Caches of keys and values grow while everything looks well. These loops flush now and then, warn above 70 % of the limit, clean up above 85 %, and call back when less than 4 GB are free or more than 1 GB a minute goes.",
    policies: ["memory_watch", "kv_growth"],
  },
  "bench_scope": {
    guard: "guard.benchScope(modelId)",
    why:
      "A benchmark loads one model after the other, which is the pattern that panics most. The scope holds the lock, loads in a process of its own, rests after it, and looks whether the memory has come back.",
  },
  "supervised_run": {
    why:
      "Most programs that use MLX will never call a library. This puts the guard around any command: it is asked before, measured while it runs, and ended in time.",
    commands: [
      "metal-guard run --wall-time 1h -- sh -c 'echo the work'",
      "metal-guard run --observe -- sh -c 'echo the work'",
    ],
    policies: ["supervisor", "footprint"],
    files: [
      "~/.cache/metal-guard/runs/<time>-<pid>.jsonl",
      "the report that `--report FILE` names",
    ],
  },
  "gpu_memory": {
    guard: "guard.gpuMemory",
    why:
      "It is read from the IORegistry, never through Metal: to make a Metal device wakes the very driver that panics.",
    commands: ["metal-guard status"],
    knobs: ["libraryPath"],
    policies: ["memory_limit", "wired_limit"],
    files: ["~/.cache/metal-guard/working-set.json"],
  },
  mode: {
    guard: "guard.mode",
    why:
      "Somebody who wants to see first what metal-guard would do sets observer: every layer then says what it would have refused, and refuses nothing.",
    commands: ["metal-guard mode", "METALGUARD_MODE=observer metal-guard mode"],
    knobs: ["mode"],
    policies: ["mode_defaults"],
  },
  workers: {
    guard: "guard.workers",
    why:
      "Metal ends a program by `abort()` when a command fails, and no `except` catches that. A model in a process of its own dies alone: the caller gets a typed error with the class of the failure and what to do.",
    knobs: [
      "gemma4SleepMs",
      "gemma4FlushEnabled",
      "subprocessWorker",
      "coldRestartAfter",
      "coldRestartEnabled",
    ],
    policies: ["model_family", "cold_restart"],
  },
  lock: {
    guard: "guard.lock",
    why:
      "Two models that load or unload at the same time are the commonest story behind a panic. The kernel holds the lock, so it ends with its holder; the record beside it names the holder for people and for the Python metal-guard, which reads and writes the same file.",
    commands: [
      "metal-guard lock show",
      "metal-guard lock run --label nightly -- sh -c 'echo the work'",
    ],
    knobs: ["lockPath", "forceWaitMs", "reclaimCooldownMs", "sharedLockNonce"],
    policies: ["lock"],
    files: [
      "~/.metal-guard/locks/mlx_exclusive.lock",
      "~/.metal-guard/locks/mlx_exclusive.lock.flock",
    ],
  },
  cadence: {
    guard: "guard.cadence",
    why:
      "The driver gives memory back late. A model that is loaded again within three minutes, or right after another one, meets pages that are not free yet.",
    knobs: ["crossModelIntervalMs"],
    policies: ["cadence", "model_family"],
    files: ["~/.cache/metal-guard/cadence.json"],
  },
  panics: {
    guard: "guard.panics",
    why:
      "macOS writes a report of every kernel panic and of most things that end a program. They are read from the system's folders, also when they are wrapped, cut, renamed or of another form, and two reports of one crash count once.",
    commands: ["metal-guard panics --since-hours 72", "metal-guard aborts"],
    knobs: ["reportFolders"],
    files: [
      "/Library/Logs/DiagnosticReports",
      "~/Library/Logs/DiagnosticReports",
      "their Retired/ folders",
      "/var/db/PanicReporter",
    ],
  },
  "panic_ledger": {
    why:
      "macOS moves reports away and throws them out. Every panic that was read once is kept in one file, a line each, so that the count of the last 72 hours does not depend on what is left.",
    files: ["~/.cache/metal-guard/panics.jsonl"],
  },
  "circuit_breaker": {
    guard: "guard.circuitBreaker",
    why:
      "The gate counts GPU panics. The breaker counts kernel panics of any kind: two within an hour and the machine is left alone for an hour, whatever the cause.",
    commands: ["metal-guard breaker", "metal-guard breaker --clear"],
    policies: ["circuit_breaker"],
    files: ["~/.cache/metal-guard/breaker.json"],
  },
  "panic_cooldown": {
    guard: "guard.panicCooldown",
    why:
      "After a panic launchd starts everything again, and within minutes the Mac panics again. This is the layer that breaks the loop: one GPU panic keeps GPU work away for two hours; two within 24 hours or three within 72 lock until a person says so, and at the longest for 72 hours.",
    commands: [
      "metal-guard panic-gate",
      "metal-guard hold --for 2h",
      "metal-guard hold --clear",
      "metal-guard ack --reason 'moved to the 4-bit model'",
    ],
    knobs: [
      "panicGateEnabled",
      "stage1CooldownMs",
      "lockoutCount24h",
      "lockoutCount72h",
      "lockoutMaxMs",
      "safePythonProgram",
      "safePythonForced",
    ],
    policies: [
      "panic_cooldown",
      "panic_staircase",
      "cooldown_verdict",
      "safe_python",
    ],
    files: [
      "~/.cache/metal-guard/panic-sentinel.json",
      "~/.metal-guard-ack",
    ],
  },
  "gate_clock": {
    why:
      "After a crash the wall clock of a Mac can be wrong until the network has set it. Within one boot a hold lasts its remaining length on the clock that nobody sets, so that neither a step nor a correction ends or prolongs it.",
    policies: ["gate_clock", "gate_countdown"],
    files: ["~/.cache/metal-guard/gate-clock.json"],
  },
  suspects: {
    why:
      "Not every panic leaves a report. GPU work of an earlier boot that began and never ended, or a watchdog's report while such work was in flight, is a suspect: it waits like one panic and never locks.",
    knobs: ["breadcrumbPath"],
    policies: ["suspects", "open_starts"],
  },
  hardware: {
    guard: "guard.hardware",
    why:
      "Chip, memory, system and GPU driver decide what is safe. A panic was seen with some versions of the driver and not with others.",
    commands: ["metal-guard hardware"],
    knobs: ["libraryPath"],
    policies: ["recommended_config", "driver_table"],
  },
  "gpu_use": {
    guard: "guard.gpu",
    why:
      "A browser or a screen recording on the same GPU matters. And a GPU that was reset since the start of the Mac, and survived, is an early warning.",
    commands: ["metal-guard status"],
  },
  audit: {
    guard: "guard.audit",
    why:
      "A wired limit above 85 % of memory leaves the system nothing to give back, and people raise it on purpose.",
    policies: ["wired_limit"],
  },
  doctor: {
    guard: "guard.doctor",
    why:
      "When something is odd at three in the morning one command has to say what: every variable with its origin, every file with its permissions, whether the report folders can be read, who answered about the machine.",
    commands: ["metal-guard doctor", "metal-guard doctor --json"],
  },
  breadcrumbs: {
    guard: "guard.breadcrumbs",
    why:
      "A panic leaves no time to write anything. So what is about to happen is written before it happens, and synced to the disk.",
    commands: ["metal-guard breadcrumb --lines 20"],
    knobs: ["breadcrumbPath", "stateFolder"],
    files: [
      "./logs/metal_breadcrumb.log, where that file exists",
      "~/.cache/metal-guard/metal_breadcrumb.log",
    ],
  },
  orphans: {
    guard: "guard.orphans",
    why:
      "A worker that hangs in the driver keeps its memory. It is found by its start without an end, and ended only where it is proved to be that worker, ours, and older than the line.",
    commands: ["metal-guard orphan-scan --threshold-sec 90"],
    knobs: ["orphanThresholdMs", "orphanWatchEnabled"],
    policies: ["orphans", "open_starts"],
  },
  registry: {
    guard: "guard.registry",
    why:
      "Somebody has probably had this panic before. What people reported is kept with its links: models, chips, the work that was done, and what to use instead.",
    commands: [
      "metal-guard registry list",
      "metal-guard registry show mlx-community/gemma-4-31b-it-8bit",
      "metal-guard registry drivers",
    ],
    knobs: ["registryOverlay"],
    policies: ["registry_lookup", "driver_table"],
    files: ["registry/registry.json"],
  },
  advisories: {
    guard: "guard.advisories",
    why:
      "Some releases of MLX abort where the next one throws, and some panics went away with an update. Versions are read from files; no Python is started.",
    commands: ["metal-guard advisories --help"],
    policies: ["advisories"],
  },
  status: {
    guard: "guard.status",
    why:
      "One picture for people, and the same as JSON for programs, with keys that only ever grow in number.",
    commands: ["metal-guard status", "metal-guard status --json"],
    policies: ["health", "machine_checks"],
  },
  resources: {
    guard: "guard.resources",
    why:
      "Metal's descriptors come back only when a process ends. After some thousands of generates a worker is better started anew than left to die.",
    knobs: ["coldRestartAfter", "coldRestartEnabled"],
    policies: ["cold_restart"],
  },
  kv: {
    guard: "guard.kv",
    why:
      "One request with an endless context takes all others along. Its cache has a ceiling of its own, 20 GB unless said otherwise.",
    policies: ["kv_growth"],
  },
  "process_mode": {
    guard: "guard.processMode",
    why:
      "A server, a notebook and a test run want different defaults. The kind of program is told from its command line.",
    knobs: ["subprocessWorker"],
    policies: ["process_mode", "mode_defaults"],
  },
  "live_guards": {
    guard: "guard.liveGuards",
    why:
      "`status` in another terminal has to show what runs: each guard publishes its model, phase and requests in a file of its own.",
    files: ["~/.cache/metal-guard/guards/<pid>.json"],
  },
};
