import { addMs, DAY_MS, SECOND_MS } from "../core/instant.ts";
import { openStarts, pidOfLine } from "./open_starts.ts";
import type { WorkerLine } from "./orphans.ts";

/** A supervised run, by its records. */
export interface RunTrace {
  /** The guard's process. */
  readonly guardPid: number;
  /** The program's process, as far as it was written down. */
  readonly pid: number | null;
  /** When its first record was written. */
  readonly startedAt: Temporal.Instant;
  /** When it said that it is over; `null` when it never did. */
  readonly endedAt: Temporal.Instant | null;
  /** When its last record was written. */
  readonly lastAt: Temporal.Instant;
  /** Highest footprint that was written down, in bytes. */
  readonly peakBytes: number | null;
}

/** What a guard published of itself and left behind. */
export interface GuardTrace {
  /** Its process. */
  readonly pid: number;
  /** The boot that it lived in. */
  readonly bootSessionUuid: string | null;
  /** What it was started for. */
  readonly label: string;
  /** The model in its care. */
  readonly model: string | null;
  /** What it did, in its own word. */
  readonly phase: string;
  /** When it last said so. */
  readonly heartbeatAt: Temporal.Instant;
  /** What the KV caches of its requests took, in bytes. */
  readonly kvBytes: number;
  /** How many requests it had. */
  readonly requestCount: number;
}

/** The lock's record as it was found. */
export interface LockTrace {
  /** Who used the GPU. */
  readonly pid: number;
  /** The boot that the pid belongs to. */
  readonly bootSessionUuid: string | null;
  /** For what. */
  readonly label: string;
  /** Since when. */
  readonly startedAt: Temporal.Instant;
}

/** A load of a model that the cadence remembers. */
export interface LoadTrace {
  /** The model. */
  readonly modelId: string;
  /** When it was loaded. */
  readonly at: Temporal.Instant;
}

/** Everything that was written down about GPU work. */
export interface WorkTraces {
  /** Lines of the breadcrumb log, oldest first. */
  readonly crumbs: readonly WorkerLine[];
  /** Supervised runs. */
  readonly runs: readonly RunTrace[];
  /** Guards. */
  readonly guards: readonly GuardTrace[];
  /** The lock; `null` when nobody's record is there. */
  readonly lock: LockTrace | null;
  /** The last load of each model. */
  readonly loads: readonly LoadTrace[];
}

/** The panic that is asked about. */
export interface EndedBoot {
  /** When it ended. */
  readonly at: Temporal.Instant;
  /** Which boot; `null` where its report does not say. */
  readonly bootSessionUuid: string | null;
  /** The panicked task; `null` where its report does not say. */
  readonly pid: number | null;
  /** Nothing of before belongs to this boot: the panic before it. `null` when there is none. */
  readonly since: Temporal.Instant | null;
}

/**
 * How a piece of work is known to have run: its trace names the boot and the panicked task, names the boot, or only its
 * times fit.
 */
export type WorkProof = "boot and pid" | "boot" | "time";

/** Something that ran when a boot ended. */
export interface RunningWork {
  /** By what it is known. */
  readonly source: "breadcrumb" | "guard" | "lock" | "run" | "cadence";
  /** What it was, e.g. a model or a label. */
  readonly what: string;
  /** The model, where one is named. */
  readonly model: string | null;
  /** What it did, e.g. `generate`. */
  readonly activity: string;
  /** Its process. */
  readonly pid: number | null;
  /** Since when. */
  readonly since: Temporal.Instant;
  /** How sure it is. */
  readonly proof: WorkProof;
  /** Figures beside it, e.g. `ctx=8192`. */
  readonly figures: readonly string[];
}

/** What ran when a boot ended. */
export interface RunningBefore {
  /** What ran, the surest first. */
  readonly work: readonly RunningWork[];
  /** The model that ran, by the surest trace that names one. */
  readonly model: string | null;
  /** `sure`: a trace names the boot. `likely`: only times fit. `unknown`: there is no trace. */
  readonly certainty: "sure" | "likely" | "unknown";
  /** The last lines of the log before the end, oldest first. */
  readonly lastCrumbs: readonly WorkerLine[];
}

/** A line's time is cut to the second, and the last one may be written while the kernel already stops. */
const TOLERANCE_MS = 2 * SECOND_MS;
/** A trace without a boot that is older than this tells nothing about the panic. */
const OLDEST_MS = DAY_MS;
/** A guard says every 15 s that it lives. */
const HEARTBEAT_SLACK_MS = 60 * SECOND_MS;
/** The cadence keeps loads for hours; one that lies further back has probably ended. */
const LOAD_SLACK_MS = 3_600 * SECOND_MS;
const LAST_CRUMBS = 12;
const WORKER_LABEL = "mlx_subprocess_runner:";

/**
 * Finds what ran when a boot ended in a panic: boot and pid of the report, matched to what guarded programs wrote down.
 *
 * Fails open: where nothing matches it says `unknown`, which is no "nothing ran": programs without a guard leave no trace.
 *
 * @param boot The panic.
 * @param traces Everything that was written down.
 */
export function findRunningBefore(
  boot: EndedBoot,
  traces: WorkTraces,
): RunningBefore {
  const until = addMs(boot.at, TOLERANCE_MS);
  const crumbs = traces.crumbs.filter((line) =>
    isBefore(line.at, until) && proofOf(line.boot, line.at, boot) !== undefined
  );
  const work = [
    ...fromCrumbs(crumbs, boot),
    ...traces.guards.flatMap((guard) => fromGuard(guard, boot)),
    ...(traces.lock === null ? [] : fromLock(traces.lock, boot)),
    ...traces.runs.flatMap((run) => fromRun(run, boot)),
  ];
  const known = work.length > 0
    ? work
    : traces.loads.flatMap((load) => fromLoad(load, boot));
  const sorted = known.map((one) => withPid(one, boot))
    .toSorted((a, b) => RANK[a.proof] - RANK[b.proof]);
  return {
    work: sorted,
    model: sorted.find((one) => one.model !== null)?.model ?? null,
    certainty: sorted.length === 0
      ? "unknown"
      : sorted[0]?.proof === "time"
      ? "likely"
      : "sure",
    lastCrumbs: crumbs.slice(-LAST_CRUMBS),
  };
}

const RANK: { readonly [K in WorkProof]: number } = {
  "boot and pid": 0,
  boot: 1,
  time: 2,
};

/** Whether a trace is of that boot; `undefined` when it is of another one, or cannot be told. */
function proofOf(
  traceBoot: string | null | undefined,
  at: Temporal.Instant,
  boot: EndedBoot,
): "boot" | "time" | undefined {
  if (
    traceBoot !== undefined && traceBoot !== null && traceBoot !== "" &&
    boot.bootSessionUuid !== null
  ) {
    return boot.bootSessionUuid.toUpperCase().startsWith(
        traceBoot.toUpperCase(),
      )
      ? "boot"
      : undefined;
  }
  const isRecent = isBefore(addMs(boot.at, -OLDEST_MS), at);
  const isAfterLast = boot.since === null || isBefore(boot.since, at);
  return isRecent && isAfterLast && isBefore(at, addMs(boot.at, TOLERANCE_MS))
    ? "time"
    : undefined;
}

function fromCrumbs(
  crumbs: readonly WorkerLine[],
  boot: EndedBoot,
): readonly RunningWork[] {
  return openStarts(crumbs).flatMap((line) => {
    const proof = proofOf(line.boot, line.at, boot);
    if (proof === undefined) return [];
    const isGenerate = line.tag === "SUBPROC_PRE";
    const what = line.payload ?? line.tag;
    return [{
      source: "breadcrumb" as const,
      what,
      model: isGenerate || what.includes("/") ? what : null,
      activity: isGenerate ? "generate" : "run",
      pid: pidOfLine(line),
      since: line.at,
      proof,
      figures: figuresOf(line),
    }];
  });
}

/** Figures that say something to a person; the rest only places the line. */
function figuresOf(line: WorkerLine): readonly string[] {
  const placing = new Set(["at", "boot", "pid"]);
  return [...line.meta].filter(([name]) => !placing.has(name))
    .map(([name, value]) => `${name}=${value}`);
}

function fromGuard(guard: GuardTrace, boot: EndedBoot): readonly RunningWork[] {
  const proof = proofOf(guard.bootSessionUuid, guard.heartbeatAt, boot);
  const lived = addMs(guard.heartbeatAt, HEARTBEAT_SLACK_MS);
  if (proof === undefined || Temporal.Instant.compare(lived, boot.at) < 0) {
    return [];
  }
  return [{
    source: "guard",
    what: guard.model ?? guard.label,
    model: guard.model,
    activity: guard.phase,
    pid: guard.pid,
    since: guard.heartbeatAt,
    proof,
    figures: [
      ...(guard.requestCount > 0 ? [`requests=${guard.requestCount}`] : []),
      ...(guard.kvBytes > 0 ? [`kv_bytes=${guard.kvBytes}`] : []),
    ],
  }];
}

function fromLock(lock: LockTrace, boot: EndedBoot): readonly RunningWork[] {
  const proof = proofOf(lock.bootSessionUuid, lock.startedAt, boot);
  if (proof === undefined || !isBefore(lock.startedAt, boot.at)) return [];
  const model = lock.label.startsWith(WORKER_LABEL)
    ? lock.label.slice(WORKER_LABEL.length)
    : null;
  return [{
    source: "lock",
    what: model ?? lock.label,
    model,
    activity: "held the GPU",
    pid: lock.pid,
    since: lock.startedAt,
    proof,
    figures: [],
  }];
}

function fromRun(run: RunTrace, boot: EndedBoot): readonly RunningWork[] {
  const hasEnded = run.endedAt !== null &&
    isBefore(run.endedAt, boot.at);
  const proof = proofOf(undefined, run.startedAt, boot);
  if (hasEnded || proof === undefined) return [];
  return [{
    source: "run",
    what: "a command under metal-guard run",
    model: null,
    activity: "supervised",
    pid: run.pid,
    since: run.startedAt,
    proof,
    figures: run.peakBytes === null ? [] : [`peak_bytes=${run.peakBytes}`],
  }];
}

function fromLoad(load: LoadTrace, boot: EndedBoot): readonly RunningWork[] {
  const isNear = isBefore(load.at, boot.at) &&
    isBefore(boot.at, addMs(load.at, LOAD_SLACK_MS)) &&
    (boot.since === null || isBefore(boot.since, load.at));
  return isNear
    ? [{
      source: "cadence",
      what: load.modelId,
      model: load.modelId,
      activity: "was loaded",
      pid: null,
      since: load.at,
      proof: "time",
      figures: [],
    }]
    : [];
}

function withPid(work: RunningWork, boot: EndedBoot): RunningWork {
  return work.proof === "boot" && work.pid !== null && work.pid === boot.pid
    ? { ...work, proof: "boot and pid" }
    : work;
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) <= 0;
}
