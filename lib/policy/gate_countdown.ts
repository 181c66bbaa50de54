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
  const stair = decision.causes.find((cause) => cause.kind !== "sentinel");
  return [
    ...names.sentinelEnds.map(({ name, until }) => ({
      key: `sentinel ${name}`.slice(0, MAX_KEY_LENGTH),
      untilMs: until.epochMilliseconds,
    })),
    ...(stair === undefined ? [] : [{
      key: `${stair.kind} ${names.panics.toSorted().join(" ")}`
        .slice(0, MAX_KEY_LENGTH),
      untilMs: stair.until.epochMilliseconds,
    }]),
  ];
}

/**
 * Which written-down holds still count: a hold that was lifted or replaced does not, nor a lockout that a person has
 * acknowledged since.
 *
 * @param holds What was written down.
 * @param facts `sentinelKeys` of the hold files that are there, and whether an ack has come since the record.
 */
export function holdsInForce(
  holds: readonly RemainingHold[],
  facts: {
    readonly sentinelKeys: ReadonlySet<string>;
    readonly isAcknowledged: boolean;
  },
): readonly RemainingHold[] {
  return holds.filter(({ key }) => {
    const kind = kindOf(key);
    if (kind === "sentinel") return facts.sentinelKeys.has(key);
    return kind === "cooldown" || (kind === "lockout" && !facts.isAcknowledged);
  });
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
  const isAsDecided = decision.exitCode === 2 && decision.kind === first.kind;
  const reason = isAsDecided
    ? decision.verdict.reason
    : "time is left on the clock that no one sets";
  const wayOut = WAYS_OUT[first.kind];
  return {
    ...decision,
    kind: first.kind,
    exitCode: 2,
    verdict: first.kind === "lockout"
      ? { kind: "refuse", reason, wayOut }
      : { kind: "wait", until: clearAt, reason, wayOut },
    cooldownUntil: first.kind === "lockout" ? null : first.until,
    causes: causes.toSorted((a, b) => RANK[a.kind] - RANK[b.kind]),
    clearAt,
  };
}

const RANK: { readonly [K in CooldownCause["kind"]]: number } = {
  sentinel: 0,
  lockout: 1,
  cooldown: 2,
};

const WAYS_OUT: { readonly [K in CooldownCause["kind"]]: string } = {
  sentinel: "metal-guard hold --clear",
  lockout: "metal-guard ack",
  cooldown: "wait, or METALGUARD_PANIC_GATE_DISABLED=1 for one command",
};

function kindOf(key: string): CooldownCause["kind"] | undefined {
  const word = key.slice(0, key.indexOf(" "));
  return word === "sentinel" || word === "cooldown" || word === "lockout"
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
