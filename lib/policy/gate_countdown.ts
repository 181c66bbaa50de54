import type { Finding } from "../core/finding.ts";
import { addMs, later } from "../core/instant.ts";
import type { RemainingHold, WallHold } from "./gate_clock.ts";
import type { CooldownCause, CooldownDecision } from "./panic_cooldown.ts";

/** What names the holds of a decision, so that the same hold is known again whatever the wall clock says. */
export interface HoldNames {
  /** Every hold file by its name, with its end by the wall clock, also where that lies behind. */
  readonly sentinelEnds: readonly {
    readonly name: string;
    readonly until: Temporal.Instant;
  }[];
  /** What names the panics that the staircase stands on, e.g. their boots. */
  readonly panics: readonly string[];
  /** What names the suspects, in the same way. */
  readonly suspects?: readonly string[];
}

/** What was decided by the wall clock, and what it stands on. */
export interface WallDecision extends HoldNames {
  /** The decision. */
  readonly decision: CooldownDecision;
  /** When a person last said "go on", if that time can be believed. */
  readonly ackAt: Temporal.Instant | undefined;
  /** How much kernel-panic evidence cannot be read. */
  readonly unreadableEvidence: number;
}

/** The decision by the clock that does not step. */
export interface CountedDecision {
  /** The decision. */
  readonly decision: CooldownDecision;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** Longest key: the names of a few panics. */
const MAX_KEY_LENGTH = 400;

/**
 * The holds of a decision as the wall clock sees them.
 *
 * @param decision What was decided by the wall clock.
 * @param names What names its holds.
 */
export function wallHolds(
  decision: CooldownDecision,
  names: HoldNames,
): readonly WallHold[] {
  const stairs = decision.causes.filter((cause) => cause.kind !== "sentinel");
  return [
    ...names.sentinelEnds.map(({ name, until }) => ({
      key: `sentinel ${name}`.slice(0, MAX_KEY_LENGTH),
      untilMs: until.epochMilliseconds,
    })),
    ...stairs.map(({ kind, until }) => {
      const events = kind === "suspect" ? names.suspects ?? [] : names.panics;
      return {
        key: `${kind} ${events.toSorted().join(" ")}`.slice(0, MAX_KEY_LENGTH),
        untilMs: until.epochMilliseconds,
      };
    }),
  ];
}

/**
 * Which written-down holds still count. A hold that was lifted does not, nor what an ack has ended, nor a stair below
 * one that stands on the same panics and more.
 *
 * @param holds What was written down.
 * @param facts The holds that the wall clock sees, and what a person said: `ends` the staircase as the gate sees it, or
 *   came `since` the record, which is enough for a lockout that the wall clock no longer shows.
 */
export function holdsInForce(
  holds: readonly RemainingHold[],
  facts: {
    readonly seen: readonly WallHold[];
    readonly ack: "none" | "since" | "ends";
  },
): readonly RemainingHold[] {
  const seenKeys = new Set(facts.seen.map((hold) => hold.key));
  return holds.filter(({ key }) => {
    const kind = kindOf(key);
    if (kind === undefined) return false;
    if (seenKeys.has(key)) return true;
    // A suspect's cooldown is no lockout: an ack does not end it.
    if (kind === "suspect") return !facts.seen.some(standsOnMoreThan(key));
    if (kind === "sentinel" || facts.ack === "ends") return false;
    if (kind === "lockout" && facts.ack === "since") return false;
    return !facts.seen.some(standsOnMoreThan(key));
  });
}

function standsOnMoreThan(key: string): (hold: WallHold) => boolean {
  return (hold) => standsOnMore(hold.key, key);
}

/** Whether one stair stands on all the panics of another one. */
function standsOnMore(key: string, other: string): boolean {
  const isStair = (one: string): boolean =>
    kindOf(one) === "cooldown" || kindOf(one) === "lockout";
  // Suspects and panics are counted apart: neither stands on the other.
  const isComparable = kindOf(key) === "suspect"
    ? kindOf(other) === "suspect"
    : isStair(key) && isStair(other);
  if (!isComparable) return false;
  const panics = new Set(key.split(" ").slice(1));
  return other.split(" ").slice(1).every((panic) => panics.has(panic));
}

/**
 * The decision with every end as the clock that does not step gives it (SAFETY T6).
 *
 * Fails closed: whatever has time left holds, also where the wall clock no longer sees it.
 *
 * @param decision What was decided by the wall clock.
 * @param left What is left of each hold.
 * @param facts The wall clock, and how much kernel-panic evidence cannot be read.
 */
export function decisionWithCountdown(
  decision: CooldownDecision,
  left: readonly RemainingHold[],
  facts: {
    readonly now: Temporal.Instant;
    readonly unreadableEvidence: number;
  },
): CooldownDecision {
  const causes = left.flatMap(({ key, remainingMs }): CooldownCause[] => {
    const kind = kindOf(key);
    return kind === undefined || remainingMs <= 0
      ? []
      : [{ kind, until: addMs(facts.now, remainingMs) }];
  });
  const [first] = causes.toSorted((a, b) => RANK[a.kind] - RANK[b.kind]);
  if (first === undefined) {
    if (decision.exitCode !== 2) return decision;
    const isBroken = facts.unreadableEvidence > 0;
    return itsTimeIsOver(decision, isBroken ? "broken" : "expired");
  }
  const clearAt = causes.map((cause) => cause.until).reduce(later);
  const kind = first.kind === "suspect" ? "cooldown" : first.kind;
  const isAsDecided = decision.exitCode === 2 && decision.kind === kind;
  const reason = isAsDecided
    ? decision.verdict.reason
    : "time is left on the clock that no one sets";
  const wayOut = WAYS_OUT[first.kind];
  return {
    ...decision,
    kind,
    exitCode: 2,
    verdict: kind === "lockout"
      ? { kind: "refuse", reason, wayOut }
      : { kind: "wait", until: clearAt, reason, wayOut },
    cooldownUntil: kind === "lockout"
      ? null
      : kind === "cooldown"
      ? clearAt
      : first.until,
    causes: causes.toSorted((a, b) => RANK[a.kind] - RANK[b.kind]),
    clearAt,
  };
}

const RANK: { readonly [K in CooldownCause["kind"]]: number } = {
  sentinel: 0,
  lockout: 1,
  cooldown: 2,
  suspect: 3,
};

const WAYS_OUT: { readonly [K in CooldownCause["kind"]]: string } = {
  sentinel: "metal-guard hold --clear",
  lockout: "metal-guard ack",
  cooldown: "wait, or METALGUARD_PANIC_GATE_DISABLED=1 for one command",
  suspect: "wait, or METALGUARD_PANIC_GATE_DISABLED=1 for one command",
};

function kindOf(key: string): CooldownCause["kind"] | undefined {
  const word = key.slice(0, key.indexOf(" "));
  return word === "sentinel" || word === "cooldown" || word === "lockout" ||
      word === "suspect"
    ? word
    : undefined;
}

/** The wall clock was set back behind the end of a hold that has had its time. */
function itsTimeIsOver(
  decision: CooldownDecision,
  kind: "broken" | "expired",
): CooldownDecision {
  return {
    ...decision,
    kind,
    exitCode: kind === "broken" ? 3 : 0,
    verdict: {
      kind: "proceed",
      reason: "its time is over on the clock that no one sets",
    },
    cooldownUntil: null,
    causes: [],
    clearAt: null,
  };
}
