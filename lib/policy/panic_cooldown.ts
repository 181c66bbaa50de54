import { addMs, later, millisecondsBetween } from "../core/instant.ts";
import type { Verdict } from "../core/verdict.ts";
import { evaluatePanicStaircase, formatHours } from "./panic_staircase.ts";

/** Which rule decided. */
export type CooldownKind =
  | "kill_switch"
  | "sentinel"
  | "clear"
  | "cooldown"
  | "expired"
  | "lockout"
  | "ack"
  | "absolute_max"
  | "broken";

/** What the gate decides on. */
export interface PanicCooldownFacts {
  /** The wall clock. */
  readonly now: Temporal.Instant;
  /** When GPU panics happened, one instant a crash, in any order. */
  readonly gpuPanics: readonly Temporal.Instant[];
  /** When what looks like a panic without a report happened, in any order. One waits as one panic does; they never lock. */
  readonly suspects?: readonly Temporal.Instant[];
  /** Failures of the last 24 h that the machine survived; counted, never decisive. */
  readonly abortCount24h: number;
  /** End of the hold that a person or a post-mortem set, if one is there. */
  readonly holdUntil: Temporal.Instant | undefined;
  /** When a person last said "go on", if that time can be believed. */
  readonly ackAt: Temporal.Instant | undefined;
  /** How many pieces of kernel-panic evidence exist that could not be read. */
  readonly unreadableEvidence: number;
}

/** Tunables of {@linkcode evaluatePanicCooldown}. */
export interface PanicCooldownOptions {
  /** The kill switch: `false` lets everything through. @default true */
  readonly panicGateEnabled: boolean;
  /** How long one GPU panic keeps GPU work away. @default 7_200_000 */
  readonly stage1CooldownMs: number;
  /** GPU panics in 24 h that lock. @default 2 */
  readonly lockoutCount24h: number;
  /** GPU panics in 72 h that lock. @default 3 */
  readonly lockoutCount72h: number;
  /** A lockout ends by itself this long after the earliest panic in the window. @default 259_200_000 */
  readonly lockoutMaxMs: number;
}

/** One reason to wait, with its own end. */
export interface CooldownCause {
  /** Which rule holds. */
  readonly kind: "sentinel" | "cooldown" | "lockout" | "suspect";
  /** When that rule lets go by itself. */
  readonly until: Temporal.Instant;
}

/** What the gate answers. */
export interface CooldownDecision {
  /** Which rule decided. */
  readonly kind: CooldownKind;
  /** `0` proceed, `2` wait, `3` evidence that cannot be read and nothing else to wait for. */
  readonly exitCode: 0 | 2 | 3;
  /** The same as every other layer would say it. */
  readonly verdict: Verdict;
  /** GPU panics of the last 24 h that this answer rests on: 0 under the kill switch and a hold, which come first. */
  readonly recentPanics24h: number;
  /** The same over 72 h. */
  readonly recentPanics72h: number;
  /** Survived failures of the last 24 h, counted where panics are. */
  readonly abortCount24h: number;
  /** End of the rule that decided; `null` for a lockout and whenever nothing waits (as the seed). */
  readonly cooldownUntil: Temporal.Instant | null;
  /** Everything that holds right now. */
  readonly causes: readonly CooldownCause[];
  /** First instant at which all of it lets go by itself; `null` when nothing waits. */
  readonly clearAt: Temporal.Instant | null;
}

/**
 * Decides whether GPU work may start after the GPU panics that are known.
 *
 * Fails closed where something is known: any of kill switch, hold and panic decides before missing evidence does.
 * Missing evidence alone gives exit code 3, on which wrappers go on, loudly.
 *
 * @param facts What is known at `facts.now`.
 * @param options Thresholds.
 * @returns The rule that decided, with every cause and the instant at which all of them end.
 */
export function evaluatePanicCooldown(
  facts: PanicCooldownFacts,
  options: PanicCooldownOptions,
): CooldownDecision {
  if (!options.panicGateEnabled) {
    return passed("kill_switch", "the panic gate is switched off", 0, 0, 0);
  }
  const stair = evaluatePanicStaircase(facts, options);
  const locked = stair.releaseAt === undefined
    ? undefined
    : { kind: stair.kind, until: stair.releaseAt };
  const hold = activeHold(facts);
  const suspected = suspicion(facts, options);
  const causes = [hold, locked, suspected]
    .filter((cause) => cause !== undefined);
  const atLeast = (at: Temporal.Instant): Temporal.Instant =>
    suspected === undefined ? at : later(at, suspected.until);
  if (hold !== undefined) {
    const { until } = hold;
    // By then an ack may have run out, or a lockout that was over come back.
    const then = evaluatePanicStaircase({ ...facts, now: until }, options);
    return waiting("sentinel", causes, {
      clearAt: atLeast(then.releaseAt ?? until),
      reason: "a hold is set",
      wayOut: "metal-guard hold --clear",
      cooldownUntil: until,
      counts: [0, 0, 0],
    });
  }
  const counts = [
    stair.count24h,
    stair.count72h,
    facts.abortCount24h,
  ] as const;
  if (locked !== undefined) {
    return waiting(locked.kind, causes, {
      clearAt: atLeast(locked.until),
      reason: stair.reason,
      wayOut: locked.kind === "lockout" ? "metal-guard ack" : COOLDOWN_WAY_OUT,
      cooldownUntil: locked.kind === "lockout" ? null : atLeast(locked.until),
      counts,
    });
  }
  if (suspected !== undefined) {
    return waiting("cooldown", causes, {
      clearAt: suspected.until,
      reason: suspicionReason(facts, options),
      wayOut: COOLDOWN_WAY_OUT,
      cooldownUntil: suspected.until,
      counts,
    });
  }
  if (facts.unreadableEvidence > 0) {
    return {
      ...passed(
        "broken",
        `${facts.unreadableEvidence} kernel-panic evidence unreadable`,
        ...counts,
      ),
      exitCode: 3,
    };
  }
  return passed(stair.kind, stair.reason, ...counts);
}

const COOLDOWN_WAY_OUT =
  "wait, or METALGUARD_PANIC_GATE_DISABLED=1 for one command";

/** The newest suspect gives the cooldown of one panic; more of them give no more (SPEC 4.6). */
function suspicion(
  facts: PanicCooldownFacts,
  options: PanicCooldownOptions,
): CooldownCause | undefined {
  const newest = newestSuspect(facts);
  if (newest === undefined) return undefined;
  const until = addMs(newest, Math.ceil(options.stage1CooldownMs));
  return Temporal.Instant.compare(until, facts.now) > 0
    ? { kind: "suspect", until }
    : undefined;
}

function suspicionReason(
  facts: PanicCooldownFacts,
  options: PanicCooldownOptions,
): string {
  const ageMs = millisecondsBetween(
    newestSuspect(facts) ?? facts.now,
    facts.now,
  );
  return `suspected panic ${formatHours(ageMs)} ago < ${
    formatHours(options.stage1CooldownMs)
  }`;
}

function newestSuspect(
  facts: PanicCooldownFacts,
): Temporal.Instant | undefined {
  const [first, ...rest] = facts.suspects ?? [];
  return first === undefined ? undefined : rest.reduce(later, first);
}

function activeHold(facts: PanicCooldownFacts): CooldownCause | undefined {
  const until = facts.holdUntil;
  return until !== undefined && Temporal.Instant.compare(until, facts.now) > 0
    ? { kind: "sentinel", until }
    : undefined;
}

function passed(
  kind: CooldownKind,
  reason: string,
  recentPanics24h: number,
  recentPanics72h: number,
  abortCount24h: number,
): CooldownDecision {
  return {
    kind,
    exitCode: 0,
    verdict: { kind: "proceed", reason },
    recentPanics24h,
    recentPanics72h,
    abortCount24h,
    cooldownUntil: null,
    causes: [],
    clearAt: null,
  };
}

function waiting(
  kind: "sentinel" | "cooldown" | "lockout",
  causes: readonly CooldownCause[],
  how: {
    readonly clearAt: Temporal.Instant;
    readonly reason: string;
    readonly wayOut: string;
    readonly cooldownUntil: Temporal.Instant | null;
    readonly counts: readonly [number, number, number];
  },
): CooldownDecision {
  const { clearAt, reason, wayOut, counts: [count24h, count72h, aborts] } = how;
  return {
    kind,
    exitCode: 2,
    verdict: kind === "lockout"
      ? { kind: "refuse", reason, wayOut }
      : { kind: "wait", until: clearAt, reason, wayOut },
    recentPanics24h: count24h,
    recentPanics72h: count72h,
    abortCount24h: aborts,
    cooldownUntil: how.cooldownUntil,
    causes,
    clearAt,
  };
}
