import { MIB } from "../core/bytes.ts";
import { MINUTE_MS, SECOND_MS } from "../core/instant.ts";

/** When a program that ended is started again. */
export type RestartPolicy = "never" | "on-failure" | "always";

/** Why the guard ends a program. */
export type EndCause = "footprint" | "wall-time" | "probe" | "lock-lost";

/** Limits of {@linkcode stepSupervisor}. */
export interface SupervisorOptions {
  /** Most memory of the whole tree, in bytes; `null` is no limit. */
  readonly maxFootprintBytes: number | null;
  /** Time between TERM and KILL, in milliseconds. */
  readonly graceMs: number;
  /** Longest run of one program, in milliseconds; `null` is no limit. */
  readonly wallTimeMs: number | null;
  /** When to start again. */
  readonly restart: RestartPolicy;
  /** Failed probes in a row that end it. */
  readonly probeFailures: number;
  /** Measures, warns, and never ends anything. */
  readonly isObserver: boolean;
}

/** The grace of `--grace` (SPEC 10). */
export const GRACE_MS = 10 * SECOND_MS;
/** Failed probes in a row (SPEC 10). */
export const PROBE_FAILURES = 3;

/** Where a program is. */
export type SupervisorPhase =
  /** Nothing runs: before the first start, or between two. */
  | "idle"
  /** It runs. */
  | "running"
  /** It was asked to end. */
  | "ending"
  /** It was killed. */
  | "killed"
  /** The run is over. */
  | "over";

/** Everything the supervisor remembers. */
export interface SupervisorState {
  /** Where the program is. */
  readonly phase: SupervisorPhase;
  /** Starts so far. */
  readonly attempts: number;
  /** When the present program started, on the clock that nobody sets. */
  readonly startedAtMs: number;
  /** When it was asked to end. */
  readonly endingAtMs: number;
  /** Why it was; `null` while it was not. */
  readonly cause: EndCause | null;
  /** Samples at or over the limit in a row. */
  readonly breaches: number;
  /** Whether nearness to the limit was told. */
  readonly isWarned: boolean;
  /** Highest sample of all attempts; `undefined` until one was had. */
  readonly peakBytes: number | undefined;
  /** Failed probes in a row. */
  readonly probeFailures: number;
  /** Whether somebody outside asked the program to end, so that it is not started again. */
  readonly isAskedToEnd: boolean;
  /** Starts in a row of which none lasted. */
  readonly shortRuns: number;
}

/** What the supervisor may be told. */
export type SupervisorEvent =
  | { readonly kind: "started"; readonly atMs: number }
  | {
    readonly kind: "sample";
    readonly atMs: number;
    /** Memory of the whole tree. */
    readonly bytes: number;
    /** The most it ever had, where the system keeps that. */
    readonly peakBytes?: number;
  }
  | { readonly kind: "sample-failed"; readonly atMs: number }
  /** Time has passed. */
  | { readonly kind: "tick"; readonly atMs: number }
  | { readonly kind: "probe-passed"; readonly atMs: number }
  | { readonly kind: "probe-failed"; readonly atMs: number }
  | { readonly kind: "lock-lost"; readonly atMs: number }
  /** Somebody outside sent INT, TERM, HUP or QUIT; it was passed on. */
  | { readonly kind: "signalled"; readonly atMs: number }
  | {
    readonly kind: "ended";
    readonly atMs: number;
    readonly exitCode: number;
    readonly signal: string | null;
  };

/** What the supervisor may ask for. Each is written down and synced before it is carried out. */
export type SupervisorAction =
  | { readonly kind: "warn"; readonly reason: string }
  | {
    readonly kind: "terminate";
    readonly cause: EndCause;
    readonly reason: string;
  }
  | {
    readonly kind: "kill";
    readonly cause: EndCause;
    readonly reason: string;
  }
  | { readonly kind: "restart"; readonly delayMs: number }
  | {
    readonly kind: "finish";
    readonly exitCode: number;
    readonly cause: EndCause | null;
  };

/** What a step comes to. */
export interface SupervisorStep {
  /** The next state. */
  readonly state: SupervisorState;
  /** What to do, in order. */
  readonly actions: readonly SupervisorAction[];
}

/** Before anything was started. */
export const SUPERVISOR_START: SupervisorState = {
  phase: "idle",
  attempts: 0,
  startedAtMs: 0,
  endingAtMs: 0,
  cause: null,
  breaches: 0,
  isWarned: false,
  peakBytes: undefined,
  probeFailures: 0,
  isAskedToEnd: false,
  shortRuns: 0,
};

/** The run's exit code when the guard ended the program (SPEC 10). */
export const ENDED_BY_GUARD = 76;

/** Share of the limit from which it warns (SPEC 10). */
const WARN_RATIO = 0.9;
/** Share of the limit from which there is no grace (SPEC 10). */
const KILL_RATIO = 1.1;
/** One sample may be a moment's sum of two programs that replace each other (SPEC 10). */
const BREACHES = 2;
/** First pause before a restart; it doubles with each run that does not last. */
const BACKOFF_MS = SECOND_MS;
const LONGEST_BACKOFF_MS = 5 * MINUTE_MS;
/** A run of this length is no crash loop. */
const LASTING_MS = 10 * MINUTE_MS;
/** What a shell says when a program cannot be started: to try again changes nothing. */
const CANNOT_START: ReadonlySet<number> = new Set([126, 127]);

/**
 * Advances the supervisor by one event.
 *
 * Fails open: a sample that could not be had neither counts as a breach nor clears any, and no single sample ever ends a
 * program.
 *
 * @param state What it remembered so far.
 * @param event What just happened.
 * @param options Limits.
 * @returns The next state, and the actions to carry out in order.
 */
export function stepSupervisor(
  state: SupervisorState,
  event: SupervisorEvent,
  options: SupervisorOptions,
): SupervisorStep {
  switch (event.kind) {
    case "started":
      return {
        state: {
          ...SUPERVISOR_START,
          phase: "running",
          attempts: state.attempts + 1,
          startedAtMs: event.atMs,
          peakBytes: state.peakBytes,
          isAskedToEnd: state.isAskedToEnd,
          shortRuns: state.shortRuns,
        },
        actions: [],
      };
    case "sample":
      return isUp(state) ? onSample(state, event, options) : nothing(state);
    case "sample-failed":
    case "tick":
      return onTime(state, event.atMs, options);
    case "probe-passed":
      return nothing({ ...state, probeFailures: 0 });
    case "probe-failed":
      return onProbe(state, event.atMs, options);
    case "lock-lost":
      return end(state, event.atMs, "lock-lost", "the lock is lost", options);
    case "signalled":
      return nothing({ ...state, isAskedToEnd: true });
    case "ended":
      return state.phase === "idle" || state.phase === "over"
        ? nothing(state)
        : onEnd(state, event, options);
  }
}

function nothing(state: SupervisorState): SupervisorStep {
  return { state, actions: [] };
}

function isUp({ phase }: SupervisorState): boolean {
  return phase === "running" || phase === "ending";
}

function onSample(
  before: SupervisorState,
  { atMs, bytes, peakBytes = 0 }: Extract<SupervisorEvent, { kind: "sample" }>,
  options: SupervisorOptions,
): SupervisorStep {
  const state = {
    ...before,
    peakBytes: Math.max(before.peakBytes ?? 0, bytes, peakBytes),
  };
  const limit = options.maxFootprintBytes;
  if (limit === null) return onTime(state, atMs, options);
  if (bytes < limit) {
    const isNear = bytes >= limit * WARN_RATIO;
    const calm = { ...state, breaches: 0, isWarned: isNear };
    const rest = onTime(calm, atMs, options);
    return isNear && !state.isWarned
      ? withWarning(rest, `footprint ${mib(bytes)} ≥ 90 % of ${mib(limit)}`)
      : rest;
  }
  const breaches = state.breaches + 1;
  const breached = { ...state, breaches };
  const reason = `footprint ${mib(bytes)} ≥ ${mib(limit)}`;
  if (breaches < BREACHES) return onTime(breached, atMs, options);
  if (options.isObserver) {
    const rest = nothing(breached);
    return breaches === BREACHES ? withWarning(rest, reason) : rest;
  }
  if (bytes >= limit * KILL_RATIO) {
    return kill(
      breached,
      atMs,
      state.cause ?? "footprint",
      `footprint ${mib(bytes)} ≥ 110 % of ${mib(limit)}`,
    );
  }
  return state.phase === "ending"
    ? onTime(breached, atMs, options)
    : end(breached, atMs, "footprint", reason, options);
}

function onTime(
  state: SupervisorState,
  atMs: number,
  options: SupervisorOptions,
): SupervisorStep {
  if (state.phase === "ending") {
    const waitedMs = atMs - state.endingAtMs;
    return waitedMs >= options.graceMs
      ? kill(
        state,
        atMs,
        state.cause ?? "footprint",
        `it lives on ${seconds(waitedMs)} after TERM (grace ${
          seconds(options.graceMs)
        })`,
      )
      : nothing(state);
  }
  const { wallTimeMs } = options;
  const ranMs = atMs - state.startedAtMs;
  return state.phase === "running" && wallTimeMs !== null &&
      ranMs >= wallTimeMs
    ? end(
      state,
      atMs,
      "wall-time",
      `it has run for ${seconds(ranMs)} (wall time ${seconds(wallTimeMs)})`,
      options,
    )
    : nothing(state);
}

function onProbe(
  state: SupervisorState,
  atMs: number,
  options: SupervisorOptions,
): SupervisorStep {
  if (state.phase !== "running") return nothing(state);
  const probeFailures = state.probeFailures + 1;
  const failed = { ...state, probeFailures };
  if (probeFailures < options.probeFailures) {
    return withWarning(
      nothing(failed),
      `probe failed ${probeFailures} of ${options.probeFailures} times in a row`,
    );
  }
  return end(
    failed,
    atMs,
    "probe",
    `probe failed ${probeFailures} ≥ ${options.probeFailures} times in a row`,
    options,
  );
}

/** Asks the program to end; an observer says what it would have done, once. */
function end(
  state: SupervisorState,
  atMs: number,
  cause: EndCause,
  reason: string,
  options: SupervisorOptions,
): SupervisorStep {
  if (state.phase !== "running") return nothing(state);
  if (options.isObserver) {
    const isNew = state.cause !== cause;
    const seen = { ...state, cause };
    return isNew ? withWarning(nothing(seen), reason) : nothing(seen);
  }
  return {
    state: { ...state, phase: "ending", cause, endingAtMs: atMs },
    actions: [{ kind: "terminate", cause, reason }],
  };
}

function kill(
  state: SupervisorState,
  atMs: number,
  cause: EndCause,
  reason: string,
): SupervisorStep {
  return {
    state: { ...state, phase: "killed", cause, endingAtMs: atMs },
    actions: [{ kind: "kill", cause, reason }],
  };
}

function onEnd(
  state: SupervisorState,
  event: Extract<SupervisorEvent, { kind: "ended" }>,
  options: SupervisorOptions,
): SupervisorStep {
  const cause = options.isObserver ? null : state.cause;
  const isFailure = cause !== null || event.exitCode !== 0;
  const mayRestart = !state.isAskedToEnd && cause !== "wall-time" &&
    cause !== "lock-lost" && !CANNOT_START.has(event.exitCode);
  const wants = options.restart === "always" ||
    (options.restart === "on-failure" && isFailure);
  if (mayRestart && wants) {
    const lasted = event.atMs - state.startedAtMs >= LASTING_MS;
    const shortRuns = lasted ? 0 : state.shortRuns + 1;
    return {
      state: { ...state, phase: "idle", shortRuns },
      actions: [{ kind: "restart", delayMs: backoffMs(shortRuns) }],
    };
  }
  return {
    state: { ...state, phase: "over" },
    actions: [{
      kind: "finish",
      exitCode: cause === null ? event.exitCode : ENDED_BY_GUARD,
      cause,
    }],
  };
}

/** 1 s after a run that lasted or the first that did not, then twice that, up to five minutes. */
function backoffMs(shortRuns: number): number {
  const doublings = Math.max(0, shortRuns - 1);
  return Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** doublings);
}

function withWarning(step: SupervisorStep, reason: string): SupervisorStep {
  return {
    state: step.state,
    actions: [{ kind: "warn", reason }, ...step.actions],
  };
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function seconds(ms: number): string {
  return `${(ms / SECOND_MS).toFixed(1)} s`;
}
