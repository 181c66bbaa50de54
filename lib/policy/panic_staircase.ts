import { DAY_MS, HOUR_MS } from "../core/instant.ts";

/** What the staircase stands on. */
export interface PanicStaircaseFacts {
  /** The wall clock. */
  readonly now: Temporal.Instant;
  /** When GPU panics happened, one instant a crash, in any order. */
  readonly gpuPanics: readonly Temporal.Instant[];
  /** When a person last said "go on", if that time can be believed. */
  readonly ackAt: Temporal.Instant | undefined;
}

/** Its thresholds. */
export interface PanicStaircaseOptions {
  /** How long one GPU panic keeps GPU work away. */
  readonly stage1CooldownMs: number;
  /** GPU panics in 24 h that lock. */
  readonly lockoutCount24h: number;
  /** GPU panics in 72 h that lock. */
  readonly lockoutCount72h: number;
  /** A lockout ends by itself this long after the earliest panic in the window. */
  readonly lockoutMaxMs: number;
}

/** The stair we stand on, and what was counted to find it. */
export type PanicStair =
  & {
    /** The inequality that decided, in numbers. */
    readonly reason: string;
    /** GPU panics of the last 24 h. */
    readonly count24h: number;
    /** GPU panics of the last 72 h. */
    readonly count72h: number;
  }
  & (
    | {
      readonly kind: "cooldown" | "lockout";
      /** When this and all later stairs let go if nothing new happens. */
      readonly releaseAt: Temporal.Instant;
    }
    | {
      readonly kind: "clear" | "expired" | "ack" | "absolute_max";
      readonly releaseAt: undefined;
    }
  );

/** The two windows in which panics are counted; an event of exactly that age still counts. */
const SHORT_WINDOW_MS = DAY_MS;
const LONG_WINDOW_MS = 3 * DAY_MS;
/** An ack older than this is no ack (SPEC 4.2). */
const ACK_LIFETIME_MS = DAY_MS;

/**
 * Counts GPU panics and finds the stair: nothing, a cooldown after the newest, or a lockout that a person or time ends.
 *
 * Fails closed: every panic it is told of counts until it leaves its window.
 *
 * @param facts Panics, ack and clock.
 * @param options Thresholds.
 */
export function evaluatePanicStaircase(
  facts: PanicStaircaseFacts,
  options: PanicStaircaseOptions,
): PanicStair {
  const times: Times = {
    panicsMs: facts.gpuPanics.map((at) => at.epochMilliseconds),
    ackMs: facts.ackAt?.epochMilliseconds,
  };
  const nowMs = facts.now.epochMilliseconds;
  const stair = stairAt(times, nowMs, options);
  const { kind } = stair;
  if (kind !== "cooldown" && kind !== "lockout") {
    return { ...stair, kind, releaseAt: undefined };
  }
  const releaseAt = Temporal.Instant.fromEpochMilliseconds(
    releaseMs(times, nowMs, options),
  );
  return { ...stair, kind, releaseAt };
}

/** Plain numbers: a lockout tries many instants, and each try counts all panics. */
interface Times {
  readonly panicsMs: readonly number[];
  readonly ackMs: number | undefined;
}

type Stair = Omit<PanicStair, "kind" | "releaseAt"> & {
  readonly kind: PanicStair["kind"];
};

function stairAt(
  times: Times,
  nowMs: number,
  options: PanicStaircaseOptions,
): Stair {
  let count24h = 0;
  let count72h = 0;
  let newestAge = Infinity;
  let oldestAge = -Infinity;
  for (const at of times.panicsMs) {
    const age = nowMs - at;
    if (age > LONG_WINDOW_MS) continue;
    count72h += 1;
    if (age <= SHORT_WINDOW_MS) count24h += 1;
    newestAge = Math.min(newestAge, age);
    oldestAge = Math.max(oldestAge, age);
  }
  const stair = (kind: Stair["kind"], reason: string): Stair => ({
    kind,
    reason,
    count24h,
    count72h,
  });
  const tooMany = lockoutReason(count24h, count72h, options);
  if (tooMany !== undefined) {
    if (isAcknowledged(times, nowMs, newestAge)) {
      return stair("ack", `${tooMany}, acknowledged by a person`);
    }
    return oldestAge >= options.lockoutMaxMs
      ? stair(
        "absolute_max",
        `${tooMany}, but the earliest ${formatHours(oldestAge)} ago ≥ ${
          formatHours(options.lockoutMaxMs)
        }`,
      )
      : stair("lockout", tooMany);
  }
  if (count24h === 0) return stair("clear", "no GPU panic in the last 24 h");
  const cooldown = formatHours(options.stage1CooldownMs);
  return newestAge < options.stage1CooldownMs
    ? stair(
      "cooldown",
      `newest GPU panic ${formatHours(newestAge)} ago < ${cooldown}`,
    )
    : stair(
      "expired",
      `newest GPU panic ${formatHours(newestAge)} ago ≥ ${cooldown}`,
    );
}

function lockoutReason(
  count24h: number,
  count72h: number,
  options: PanicStaircaseOptions,
): string | undefined {
  if (count24h >= options.lockoutCount24h) {
    return `${count24h} GPU panics in 24 h ≥ ${options.lockoutCount24h}`;
  }
  return count72h >= options.lockoutCount72h
    ? `${count72h} GPU panics in 72 h ≥ ${options.lockoutCount72h}`
    : undefined;
}

function isAcknowledged(
  times: Times,
  nowMs: number,
  newestAgeMs: number,
): boolean {
  if (times.ackMs === undefined) return false;
  const ackAge = nowMs - times.ackMs;
  return ackAge < ACK_LIFETIME_MS && ackAge <= newestAgeMs;
}

/**
 * First instant at which the staircase lets go if nothing new happens. It can only change where an event leaves a
 * window, a cooldown ends or the absolute maximum is reached, so only those instants are tried.
 */
function releaseMs(
  times: Times,
  nowMs: number,
  options: PanicStaircaseOptions,
): number {
  const spans = [
    options.stage1CooldownMs,
    options.lockoutMaxMs,
    SHORT_WINDOW_MS + 1,
    LONG_WINDOW_MS + 1,
  ];
  const candidates = times.panicsMs
    .flatMap((at) => spans.map((span) => at + Math.ceil(span)))
    .filter((at) => at > nowMs)
    .sort((a, b) => a - b);
  for (const candidate of candidates) {
    const { kind } = stairAt(times, candidate, options);
    if (kind !== "cooldown" && kind !== "lockout") return candidate;
  }
  return nowMs + LONG_WINDOW_MS;
}

/** Hours with two decimals, cut and not rounded: 1.999 h are no 2 h in `… ago < 2 h`. */
export function formatHours(ms: number): string {
  return `${Math.trunc((ms / HOUR_MS) * 100) / 100} h`;
}
