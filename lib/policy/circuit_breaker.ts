import {
  addMs,
  earlier,
  HOUR_MS,
  later,
  millisecondsBetween,
  MINUTE_MS,
} from "../core/instant.ts";
import type { Verdict } from "../core/verdict.ts";

/** Tunables of {@linkcode evaluateCircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Kernel panics within the window that open the breaker. @default 2 */
  readonly panicThreshold: number;
  /** The window, in milliseconds. @default 3_600_000 */
  readonly windowMs: number;
  /** How long it stays open, in milliseconds. @default 3_600_000 */
  readonly cooldownMs: number;
}

/** The seed's figures (SPEC 3). */
export const BREAKER_DEFAULTS: CircuitBreakerOptions = {
  panicThreshold: 2,
  windowMs: HOUR_MS,
  cooldownMs: HOUR_MS,
};

/** What the breaker is judged by. */
export interface CircuitBreakerFacts {
  /** The wall clock. */
  readonly now: Temporal.Instant;
  /** When kernel panics happened, one instant a crash, in any order. */
  readonly panics: readonly Temporal.Instant[];
  /** That it was opened, as the record says; `undefined` when there is none. */
  readonly opened: BreakerOpening | undefined;
  /** When a person last closed it by hand: panics up to then are answered. */
  readonly clearedAt: Temporal.Instant | undefined;
  /** When a record that it rests on was found damaged; that then holds for the cooldown, unless a person closes it. */
  readonly damagedSince: Temporal.Instant | undefined;
}

/** One opening of the breaker. */
export interface BreakerOpening {
  /** When, as far as it can be believed. */
  readonly enteredAt: Temporal.Instant;
  /** When it ends by the record's own words. */
  readonly until: Temporal.Instant;
  /** Panics that opened it. */
  readonly panicCount: number;
}

/** What the breaker answers: the verdict of every layer, with the figures it rests on. */
export type BreakerVerdict = Verdict & {
  /** `opening`: it opens now and has to be written down. */
  readonly state: "closed" | "open" | "opening" | "damaged";
  /** Panics that opened it; `null` when closed. */
  readonly panicCount: number | null;
  /** Panics in the window at this moment. */
  readonly recentPanicCount: number;
};

/**
 * Decides whether the breaker is open: whether kernel panics came so thick that GPU work has to pause.
 *
 * Fails closed: a damaged record holds for the cooldown. No opening outlasts the cooldown, whatever its record says
 * (SAFETY T3), and panics that opened it once do not open it again.
 *
 * @param facts What is known at `facts.now`.
 * @param options Thresholds.
 */
export function evaluateCircuitBreaker(
  facts: CircuitBreakerFacts,
  options: CircuitBreakerOptions,
): BreakerVerdict {
  const { now, opened } = facts;
  const recent = recentPanics(facts, options);
  const recentPanicCount = recent.length;
  if (opened !== undefined) {
    const until = earlier(
      opened.until,
      addMs(opened.enteredAt, options.cooldownMs),
    );
    if (Temporal.Instant.compare(now, until) < 0) {
      const { panicCount } = opened;
      const reason = `${panicCount} kernel panics opened the breaker ${
        agoWords(opened.enteredAt, now, options)
      }`;
      return {
        ...waiting(until, reason),
        state: "open",
        panicCount,
        recentPanicCount,
      };
    }
  }
  const damagedSince = unansweredDamage(facts);
  if (damagedSince !== undefined) {
    const until = addMs(damagedSince, options.cooldownMs);
    if (Temporal.Instant.compare(now, until) < 0) {
      const reason = `a record that the breaker rests on was found damaged ${
        agoWords(damagedSince, now, options)
      }`;
      return {
        ...waiting(until, reason),
        state: "damaged",
        panicCount: null,
        recentPanicCount,
      };
    }
  }
  const windowMinutes = Math.round(options.windowMs / MINUTE_MS);
  if (
    recentPanicCount >= options.panicThreshold &&
    hasUnanswered(recent, facts)
  ) {
    const reason =
      `${recentPanicCount} kernel panics ≥ ${options.panicThreshold} in ${windowMinutes} min`;
    return {
      ...waiting(addMs(now, options.cooldownMs), reason),
      state: "opening",
      panicCount: recentPanicCount,
      recentPanicCount,
    };
  }
  const isFew = recentPanicCount < options.panicThreshold;
  return {
    kind: "proceed",
    reason: isFew
      ? `${recentPanicCount} kernel panics < ${options.panicThreshold} in ${windowMinutes} min`
      : `${recentPanicCount} kernel panics in ${windowMinutes} min have had their pause`,
    state: "closed",
    panicCount: null,
    recentPanicCount,
  };
}

function recentPanics(
  facts: CircuitBreakerFacts,
  options: CircuitBreakerOptions,
): readonly Temporal.Instant[] {
  const since = addMs(facts.now, -options.windowMs);
  return facts.panics.filter((at) => Temporal.Instant.compare(at, since) >= 0);
}

function unansweredDamage(
  facts: CircuitBreakerFacts,
): Temporal.Instant | undefined {
  const { damagedSince, clearedAt } = facts;
  const isAnswered = damagedSince !== undefined && clearedAt !== undefined &&
    Temporal.Instant.compare(damagedSince, clearedAt) <= 0;
  return isAnswered ? undefined : damagedSince;
}

/** Whether a panic came after the last opening and after a person's last word. */
function hasUnanswered(
  recent: readonly Temporal.Instant[],
  facts: CircuitBreakerFacts,
): boolean {
  const answered = [facts.opened?.enteredAt, facts.clearedAt]
    .filter((at) => at !== undefined);
  if (answered.length === 0) return true;
  const last = answered.reduce(later);
  return recent.some((at) => Temporal.Instant.compare(at, last) > 0);
}

function agoWords(
  since: Temporal.Instant,
  now: Temporal.Instant,
  options: CircuitBreakerOptions,
): string {
  const minutes = (ms: number): number => Math.floor(ms / MINUTE_MS);
  return `${minutes(millisecondsBetween(since, now))} min ago, which is < ${
    minutes(options.cooldownMs)
  } min`;
}

function waiting(
  until: Temporal.Instant,
  reason: string,
): Extract<Verdict, { kind: "wait" }> {
  return { kind: "wait", until, reason, wayOut: "metal-guard breaker --clear" };
}
