import type { LockHolder } from "../core/lock_error.ts";
import type { LockState, LockVerdict } from "../core/lock_hold.ts";
import { millisecondsBetween, SECOND_MS } from "../core/instant.ts";
import {
  compareStartTokens,
  type ProcessIdentity,
  type ProcessReading,
  type StartToken,
} from "../core/process_identity.ts";

/** What a lock record claims. */
export interface LockClaim {
  /** Who. */
  readonly holder: LockHolder;
  /** When the process that uses the GPU started. */
  readonly startToken: StartToken | undefined;
  /** When the guard started. */
  readonly guardToken: StartToken | undefined;
  /** Boot that the pids belong to. */
  readonly bootSessionUuid: string | undefined;
  /** Identity of the hold. */
  readonly nonce: string | undefined;
}

/** What there is at the lock's path. */
export type LockRecord =
  | { readonly kind: "absent" }
  | { readonly kind: "claim"; readonly claim: LockClaim }
  /** A file that is no record. `ageMs` is negative where its time lies ahead. */
  | {
    readonly kind: "damaged";
    readonly ageMs: number;
    readonly message: string;
  }
  /** A folder, a link, a file that may not be read: nothing that we touch. */
  | { readonly kind: "obstacle"; readonly message: string };

/** Everything that {@linkcode evaluateLock} decides by. */
export interface LockFacts {
  /** What there is. */
  readonly record: LockRecord;
  /** The claimed process; looked at for a claim of this machine only. */
  readonly process: ProcessReading | undefined;
  /** The claimed guard, where it is another process. */
  readonly guard: ProcessReading | undefined;
  /** Whoever asks. */
  readonly own: LockAsker;
}

/** Whoever asks for the lock. */
export interface LockAsker {
  /** Our process. */
  readonly pid: number;
  /** Our machine, where it is known. */
  readonly host: string | undefined;
  /** Our boot, where it is known. */
  readonly bootSessionUuid: string | undefined;
  /** Identity of the hold that we count. */
  readonly nonce: string | undefined;
  /** Identity of the hold that whoever started us shares. */
  readonly sharedNonce: string | undefined;
  /** Processes that we descend from; looked at where there is something to share or to force. */
  readonly ancestors: readonly number[];
}

/** A record that cannot be decoded may be one that is being written (SAFETY L4). */
export const YOUNG_MS = 30 * SECOND_MS;
/** A file's time that lies further ahead says nothing about its age (SAFETY T1). */
const FUTURE_MS = 60 * SECOND_MS;

/**
 * Judges who has the GPU.
 *
 * Fails closed: a process that cannot be looked at counts as alive, tokens that cannot be compared count as the same
 * process, a young record that cannot be decoded is held by somebody unknown.
 */
export function evaluateLock(facts: LockFacts): LockVerdict {
  const { record } = facts;
  switch (record.kind) {
    case "absent":
      return verdict("free", "nobody holds it");
    case "obstacle":
      return verdict("obstacle", record.message);
    case "damaged":
      return record.ageMs < YOUNG_MS && record.ageMs >= -FUTURE_MS
        ? verdict(
          "unknown-held",
          `${record.message}, and ${
            YOUNG_MS / SECOND_MS
          } s have not passed since it was written`,
        )
        : verdict("stale", record.message);
    case "claim":
      return judgeClaim(record.claim, facts);
  }
}

function judgeClaim(claim: LockClaim, facts: LockFacts): LockVerdict {
  const { holder } = claim;
  const { own } = facts;
  const say = (state: LockState, reason: string): LockVerdict =>
    verdict(state, reason, holder);
  if (own.nonce !== undefined && claim.nonce === own.nonce) {
    return say("ours", "this process holds it");
  }
  if (isElsewhere(claim, own)) {
    return say("held", `held on another machine by ${named(holder)}`);
  }
  if (isShared(claim, own)) {
    return say("joinable", `held by ${named(holder)}, who started us`);
  }
  if (differs(claim.bootSessionUuid, own.bootSessionUuid)) {
    return say("stale", `${named(holder)} ended with an earlier boot`);
  }
  if (holder.pid === own.pid) {
    return say("stale", `process ${own.pid} is this one and has given it up`);
  }
  const ended = whyEnded(facts.process, claim.startToken);
  if (ended === undefined) return say("held", `held by ${named(holder)}`);
  if (guardLives(claim, facts)) {
    return say("held", `held by ${named(holder)} (${ended}; its guard lives)`);
  }
  return say("stale", `process ${holder.pid} ${ended}`);
}

function guardLives(claim: LockClaim, { guard, own }: LockFacts): boolean {
  const { guardPid, pid } = claim.holder;
  if (guardPid === null || guardPid === pid || guardPid === own.pid) {
    return false;
  }
  return whyEnded(guard, claim.guardToken) === undefined;
}

/** Why a recorded process is no more; `undefined` while it has to be counted as alive. */
function whyEnded(
  reading: ProcessReading | undefined,
  token: StartToken | undefined,
): string | undefined {
  switch (reading?.kind) {
    case "gone":
      return "is gone";
    case "zombie":
      return "has ended";
    case "alive":
      return compareStartTokens(reading.facts.startToken, token) === "different"
        ? "is gone; its number belongs to another program now"
        : undefined;
    default:
      return undefined;
  }
}

/** Whether a claim is of another machine, whose pids mean nothing here (SAFETY I3). */
export function isElsewhere(claim: LockClaim, own: LockAsker): boolean {
  return differs(claim.holder.host ?? undefined, own.host);
}

/** Whether a claim's holder shares its hold with us (SAFETY L6). */
function isShared(claim: LockClaim, own: LockAsker): boolean {
  const guardPid = claim.holder.guardPid ?? claim.holder.pid;
  return own.sharedNonce !== undefined && claim.nonce === own.sharedNonce &&
    own.ancestors.includes(guardPid);
}

function differs(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function named(holder: LockHolder): string {
  return `process ${holder.pid} (${holder.label})`;
}

function verdict(
  state: LockState,
  reason: string,
  holder?: LockHolder,
): LockVerdict {
  return { state, reason, holder };
}

/** Whom `force` may ask to end. */
export type ForceTarget =
  | { readonly kind: "signal"; readonly identity: ProcessIdentity }
  | { readonly kind: "refuse"; readonly reason: string };

/** A Python record's time is cut to the second, and so is a process's start. */
const STARTED_TOLERANCE_MS = 2 * SECOND_MS;
const PYTHON = /^python[\d.]{0,8}$/i;

/**
 * Decides whom `force` asks to end (SAFETY I1, I2, L7): the guard where it is proved to be alive, else the process.
 *
 * Fails closed: whoever is not proved to be the holder is never signalled, and the reason says what was unproved.
 *
 * @param claim The record.
 * @param facts What is known; `bootedAt` is when the machine started.
 */
export function evaluateForce(
  claim: LockClaim,
  facts: LockFacts & { readonly bootedAt: Temporal.Instant | undefined },
): ForceTarget {
  const { own, guard, process } = facts;
  if (isElsewhere(claim, own)) {
    return refuse("the holder is on another machine");
  }
  const { guardPid } = claim.holder;
  const target = guardPid !== null &&
      isProved(guard, claim.guardToken)
    ? { pid: guardPid, startToken: guard.facts.startToken }
    : proveProcess(claim, process, facts.bootedAt);
  if (typeof target === "string") return refuse(target);
  if (target.pid === own.pid || own.ancestors.includes(target.pid)) {
    return refuse("the holder is the process that started us");
  }
  return { kind: "signal", identity: target };
}

type Alive = Extract<ProcessReading, { kind: "alive" }>;

function isProved(
  reading: ProcessReading | undefined,
  token: StartToken | undefined,
): reading is Alive {
  return reading?.kind === "alive" &&
    compareStartTokens(reading.facts.startToken, token) === "same";
}

function proveProcess(
  claim: LockClaim,
  process: ProcessReading | undefined,
  bootedAt: Temporal.Instant | undefined,
): ProcessIdentity | string {
  const { pid, startedAt } = claim.holder;
  if (process?.kind !== "alive") {
    return `process ${pid} cannot be looked at`;
  }
  const { facts } = process;
  const identity = { pid, startToken: facts.startToken };
  if (claim.startToken !== undefined) {
    return isProved(process, claim.startToken)
      ? identity
      : `it is not proved that process ${pid} is the one in the record`;
  }
  if (!facts.names.some((name) => PYTHON.test(name))) {
    return `process ${pid} is no Python, and the record has no start time to prove it by`;
  }
  if (millisecondsBetween(startedAt, facts.startedAt) > STARTED_TOLERANCE_MS) {
    return `process ${pid} started after the record was written`;
  }
  if (
    bootedAt === undefined || Temporal.Instant.compare(startedAt, bootedAt) < 0
  ) {
    return "the record is not proved to be of this boot";
  }
  return identity;
}

function refuse(reason: string): ForceTarget {
  return { kind: "refuse", reason };
}
