/** When in the life of a panic a layer works. */
export type Phase = "before" | "during" | "after" | "all";

/** What a layer does when it cannot know. */
export type FailDirection = "open" | "closed" | "reports";

/** One row of {@linkcode LAYERS}. */
export interface LayerRow {
  /** Number in the seed's documents, e.g. `L10`; a dash where they give none. */
  readonly number: string;
  /** File under `lib/layers/`, without its ending. */
  readonly name: string;
  /** When it works. */
  readonly phase: Phase;
  /** What it does when it cannot know. */
  readonly fails: FailDirection;
  /** What it is for, in one line. */
  readonly summary: string;
}

/** Every layer that exists, by the seed's numbers. README, `status` and a test read it. */
export const LAYERS: readonly LayerRow[] = [
  {
    number: "L1",
    name: "tasks",
    phase: "during",
    fails: "closed",
    summary:
      "Knows what still uses the GPU, so nothing is cleaned up under it.",
  },
  {
    number: "L2",
    name: "cleanup",
    phase: "during",
    fails: "closed",
    summary:
      "Waits, flushes and pauses: gives GPU memory back in a safe order.",
  },
  {
    number: "L3",
    name: "oom",
    phase: "during",
    fails: "closed",
    summary: "Cleans up after a GPU out-of-memory error and tries once more.",
  },
  {
    number: "L4",
    name: "fit",
    phase: "before",
    fails: "open",
    summary: "Refuses loads that do not fit into what is left of GPU memory.",
  },
  {
    number: "L5",
    name: "memory",
    phase: "during",
    fails: "open",
    summary: "Reads GPU memory, its peak and its pressure; makes headroom.",
  },
  {
    number: "L5",
    name: "watch",
    phase: "during",
    fails: "open",
    summary: "Periodic flush, watchdog and KV monitor while models run.",
  },
  {
    number: "L5",
    name: "bench_scope",
    phase: "during",
    fails: "closed",
    summary: "One model at a time for benchmarks, its memory given back after.",
  },
  {
    number: "—",
    name: "supervised_run",
    phase: "during",
    fails: "open",
    summary: "Measures a command and all it starts, and ends it in time.",
  },
  {
    number: "L5",
    name: "gpu_memory",
    phase: "before",
    fails: "reports",
    summary: "How much memory the GPU has in use, of how much.",
  },
  {
    number: "L6",
    name: "mode",
    phase: "all",
    fails: "closed",
    summary: "Defensive or observer: whether the other layers may refuse.",
  },
  {
    number: "L7",
    name: "workers",
    phase: "during",
    fails: "closed",
    summary: "MLX in processes of its own: what kills one leaves the program.",
  },
  {
    number: "L8",
    name: "lock",
    phase: "before",
    fails: "closed",
    summary: "One program at a time on the GPU, across processes and tools.",
  },
  {
    number: "L9",
    name: "cadence",
    phase: "before",
    fails: "closed",
    summary: "Keeps model loads apart, across processes and tools.",
  },
  {
    number: "L9",
    name: "panics",
    phase: "after",
    fails: "reports",
    summary: "Reads kernel panics, aborts, GPU resets and Jetsam kills.",
  },
  {
    number: "L9",
    name: "panic_ledger",
    phase: "after",
    fails: "reports",
    summary: "Remembers panics after the system has thrown their reports away.",
  },
  {
    number: "L9",
    name: "circuit_breaker",
    phase: "after",
    fails: "closed",
    summary: "Pauses GPU work when kernel panics of any kind come thick.",
  },
  {
    number: "L10",
    name: "panic_cooldown",
    phase: "after",
    fails: "closed",
    summary: "Refuses GPU work after a GPU panic, for hours or until an ack.",
  },
  {
    number: "L10",
    name: "gate_clock",
    phase: "after",
    fails: "closed",
    summary: "Counts the gate's holds down on the clock that nobody sets.",
  },
  {
    number: "L10",
    name: "suspects",
    phase: "after",
    fails: "open",
    summary: "Suspects a panic that left no report, by work without its end.",
  },
  {
    number: "L12",
    name: "postmortem",
    phase: "after",
    fails: "reports",
    summary: "Collects everything about a panic in one folder, to be read.",
  },
  {
    number: "L13b",
    name: "hardware",
    phase: "all",
    fails: "reports",
    summary: "What this Mac is, and which settings fit it.",
  },
  {
    number: "—",
    name: "gpu_use",
    phase: "during",
    fails: "reports",
    summary: "How busy the GPU is, who uses it, and whether it was reset.",
  },
  {
    number: "R3",
    name: "audit",
    phase: "before",
    fails: "reports",
    summary: "Wired limit, GPU driver and memory pressure, looked at once.",
  },
  {
    number: "—",
    name: "doctor",
    phase: "all",
    fails: "reports",
    summary: "Looks at everything once and says what to do.",
  },
  {
    number: "—",
    name: "breadcrumbs",
    phase: "during",
    fails: "open",
    summary: "Writes down what is about to happen, so a panic leaves a trace.",
  },
  {
    number: "L11",
    name: "orphans",
    phase: "during",
    fails: "reports",
    summary:
      "Finds workers without an end; kills only those proved to be ours.",
  },
  {
    number: "—",
    name: "registry",
    phase: "before",
    fails: "open",
    summary: "Tells which models take Macs or programs down, by reports.",
  },
  {
    number: "—",
    name: "advisories",
    phase: "before",
    fails: "reports",
    summary: "Tells which installed MLX packages have known faults.",
  },
  {
    number: "L13",
    name: "status",
    phase: "all",
    fails: "reports",
    summary: "One picture of all layers for people and programs.",
  },
  {
    number: "L13",
    name: "status_writer",
    phase: "all",
    fails: "open",
    summary:
      "Keeps that picture in a file, whole and fresh, and never gives up.",
  },
  {
    number: "L14",
    name: "resources",
    phase: "during",
    fails: "reports",
    summary: "Advises a fresh worker before Metal runs out of descriptors.",
  },
  {
    number: "R5",
    name: "kv",
    phase: "during",
    fails: "closed",
    summary: "Ends a request whose KV cache grows over its ceiling.",
  },
  {
    number: "R6",
    name: "process_mode",
    phase: "all",
    fails: "reports",
    summary: "Tells servers, notebooks and workers apart, for their defaults.",
  },
  {
    number: "—",
    name: "live_guards",
    phase: "during",
    fails: "open",
    summary: "Running guards publish what they do; the dead are swept.",
  },
];
