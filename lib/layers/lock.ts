import { FileError, MetalGuardError } from "../core/error.ts";
import { millisecondsBetween, SECOND_MS } from "../core/instant.ts";
import { LockHeldError } from "../core/lock_error.ts";
import type { Observed } from "../core/observed.ts";
import type {
  AcquireOptions,
  LockHold,
  LockStatus,
  LockVerdict,
} from "../core/lock_hold.ts";
import { waitForGpuRelease } from "../facts/gpu_release.ts";
import type { LockAttempt, LockTaker } from "../facts/lock_attempt.ts";
import type { LockSight } from "../facts/lock_observer.ts";
import {
  evaluateForce,
  evaluateLock,
  type ForceTarget,
} from "../policy/lock.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { ProcessTable } from "../ports/process_table.ts";

/** What {@linkcode Lock} works with. */
export interface LockPorts {
  /** Waits and deadlines. */
  readonly clock: Clock;
  /** Signals the holder, when it is forced. */
  readonly table: ProcessTable;
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** The lock's files. */
  readonly taker: LockTaker;
  /** Pids that have a connection to the GPU; without it the reclaim cooldown is waited out. */
  readonly readGpuPids?: () => Promise<Observed<readonly number[]>>;
}

/** How a lock behaves. */
export interface LockSetup {
  /** The record; `undefined` where there is no place for it. */
  readonly path: string | undefined;
  /** In observer mode a conflict is only told. */
  readonly isObserver: boolean;
  /** How long `force` waits for the holder's end, in milliseconds. */
  readonly forceWaitMs: number;
  /** How long after a forced end the GPU gets to give its memory back, in milliseconds. */
  readonly reclaimCooldownMs: number;
}

/** What {@linkcode Lock.release} found and did. */
export interface LockRelease {
  /** What was there. */
  readonly before: LockStatus;
  /** Whether something was given up or taken away. */
  readonly isReleased: boolean;
}

/** While somebody else holds it: soon at first, then at a pace that costs nothing. */
const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 250;
/** How often a holder that was asked to end is looked at (SPEC 7). */
const FORCE_POLL_MS = 250;

const NO_PLACE = "there is no place for the lock: HOME is not set";

/**
 * Layer 8: one user of the GPU at a time, across processes and tools.
 *
 * Fails closed: what cannot be read, decoded or looked at counts as held.
 */
export class Lock {
  readonly #ports: LockPorts;
  readonly #setup: LockSetup;

  /** Made by the guard, once. */
  constructor(ports: LockPorts, setup: LockSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /** Who holds it. Nothing is written. */
  async read(): Promise<LockStatus> {
    const { path } = this.#setup;
    if (path === undefined) {
      const verdict = { state: "obstacle", reason: NO_PLACE } as const;
      return { ...verdict, holder: undefined, path: null, elapsedMs: null };
    }
    const { facts } = await this.#ports.taker.look(path);
    const verdict = evaluateLock(facts);
    const { holder } = verdict;
    const elapsedMs = holder === undefined ? null : Math.max(
      0,
      millisecondsBetween(holder.startedAt, this.#ports.clock.now()),
    );
    return { ...verdict, path, elapsedMs };
  }

  /**
   * Takes it, or joins it where this isolate, or a process that we descend from, holds it.
   *
   * @param label What for, e.g. `bench_scoped_load`.
   * @param options Patience and force.
   * @returns The hold; end it to give the lock back. In observer mode there always is one.
   * @throws {LockHeldError} If somebody else has it.
   * @throws {FileError} If its files cannot be read or written.
   * @throws {MetalGuardError} Code `usage`, if there is no place for it.
   */
  async acquire(
    label: string,
    options: AcquireOptions = {},
  ): Promise<LockHold> {
    const path = this.#place();
    if (this.#setup.isObserver) {
      return await this.#observe(path, label, options);
    }
    const { clock, taker } = this.#ports;
    const startMs = clock.monotonicMs();
    for (let pollMs = FIRST_POLL_MS;;) {
      const attempt = await taker.attempt(path, label, options);
      if (attempt.kind === "had") return attempt.hold;
      if (options.force === true) {
        return await this.#force(path, label, options);
      }
      const leftMs = (options.waitMs ?? 0) - (clock.monotonicMs() - startMs);
      if (leftMs <= 0 || attempt.verdict.state === "obstacle") {
        throw new LockHeldError(attempt.verdict);
      }
      if (pollMs === FIRST_POLL_MS) options.onWait?.(attempt.verdict);
      await clock.sleep(Math.min(pollMs, leftMs), options.signal);
      pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS);
    }
  }

  /**
   * Gives up what this isolate holds, or clears away what a dead process has left behind.
   *
   * @param options `force` ends a living holder first.
   * @returns What was there.
   * @throws {LockHeldError} If a living process has it.
   * @throws {FileError} If its files cannot be read or written.
   */
  async release(
    options: { readonly force?: boolean } = {},
  ): Promise<LockRelease> {
    const before = await this.read();
    const path = this.#place();
    if (await this.#ports.taker.giveUp(path)) {
      return { before, isReleased: true };
    }
    if (before.state === "free") return { before, isReleased: false };
    // Taking it clears away what counts no more, by the same rules; giving it back leaves nothing behind.
    const attempt = await this.#ports.taker.attempt(path, RELEASE);
    const hold = attempt.kind === "had"
      ? attempt.hold
      : options.force === true
      ? await this.#force(path, RELEASE, {})
      : undefined;
    if (hold?.kind !== "held") {
      throw new LockHeldError(verdictOf(attempt, before));
    }
    await hold[Symbol.asyncDispose]();
    return { before, isReleased: true };
  }

  /** Neither a conflict nor a broken file keeps an observer from working. */
  async #observe(
    path: string,
    label: string,
    options: AcquireOptions,
  ): Promise<LockHold> {
    const { log, taker } = this.#ports;
    try {
      const attempt = await taker.attempt(path, label, options);
      if (attempt.kind === "had") return attempt.hold;
      log.warn(`observer: would refuse: ${attempt.verdict.reason}`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      log.warn(`observer: no lock: ${error.message}`);
    }
    return OBSERVED;
  }

  /** Asks the holder to end, waits for that, and takes the lock before anybody else does. */
  async #force(
    path: string,
    label: string,
    options: AcquireOptions,
  ): Promise<LockHold> {
    const { clock, taker } = this.#ports;
    const startMs = clock.monotonicMs();
    const asked = new Map<string, number>();
    const users = new Set<number>();
    let first: string | undefined;
    for (;;) {
      const attempt = await taker.attempt(path, label, options);
      if (attempt.kind === "had") {
        if (asked.size > 0 && attempt.hold.kind === "held") {
          for (const pid of asked.values()) users.add(pid);
          await waitForGpuRelease(
            this.#ports,
            users,
            this.#setup.reclaimCooldownMs,
          );
        }
        return attempt.hold;
      }
      const { record } = attempt.sight.facts;
      // The record names whoever uses the GPU, and its guard is who is asked to end.
      if (record.kind === "claim") users.add(record.claim.holder.pid);
      const hold = holdNamed(attempt.sight);
      first ??= hold;
      if (hold !== undefined && hold !== first) {
        throw new LockHeldError(attempt.verdict);
      }
      await this.#askToEnd(path, first, asked);
      if (clock.monotonicMs() - startMs >= this.#setup.forceWaitMs) {
        throw new LockHeldError({
          ...attempt.verdict,
          reason: `${attempt.verdict.reason}; it did not end within ${
            this.#setup.forceWaitMs / SECOND_MS
          } s`,
          forceTimedOut: true,
        });
      }
      await clock.sleep(FORCE_POLL_MS, options.signal);
    }
  }

  /** @throws {LockHeldError} If nobody may be asked. */
  async #askToEnd(
    path: string,
    hold: string | undefined,
    asked: Map<string, number>,
  ): Promise<void> {
    const { table, taker } = this.#ports;
    const sight = await taker.look(path, { wantsAncestors: true });
    const verdict = evaluateLock(sight.facts);
    // It is just changing hands; whoever has it then is judged then.
    if (verdict.state === "free" || verdict.state === "stale") return;
    const { facts } = sight;
    if (facts.record.kind !== "claim") {
      throw unforceable(verdict, "nobody can be named");
    }
    if (holdNamed(sight) !== hold) return;
    const target: ForceTarget = evaluateForce(facts.record.claim, {
      ...facts,
      bootedAt: await taker.bootedAt(),
    });
    if (target.kind === "refuse") {
      // It has been asked already and is just ending.
      if (asked.size > 0) return;
      throw unforceable(verdict, target.reason);
    }
    const { pid, startToken } = target.identity;
    const key = `${pid} ${startToken.kind} ${startToken.value}`;
    if (asked.has(key)) return;
    const outcome = await table.signal(target.identity, "SIGTERM");
    switch (outcome) {
      case "sent":
        asked.set(key, pid);
        return;
      case "gone":
        return;
      case "unproved":
        throw unforceable(verdict, `process ${pid} cannot be looked at`);
      case "denied":
        throw new LockHeldError({
          ...verdict,
          reason: `${verdict.reason}; it may not be signalled`,
          forcePermissionDenied: true,
        });
    }
  }

  #place(): string {
    if (this.#setup.path !== undefined) return this.#setup.path;
    throw new MetalGuardError("usage", `Cannot take the GPU lock: ${NO_PLACE}`);
  }
}

/** Label of the moment in which a record is cleared away. */
const RELEASE = "lock_release";

/** Somebody else's lock, beside which an observer works on. */
const OBSERVED: LockHold = {
  kind: "observed",
  nonce: undefined,
  environment: {},
  name: () => Promise.resolve(),
  check: () => Promise.resolve({ kind: "ours" }),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

function unforceable(verdict: LockVerdict, reason: string): LockHeldError {
  return new LockHeldError({
    ...verdict,
    reason: `${verdict.reason}; it is not forced: ${reason}`,
  });
}

/** A hold that is shared with us is not ours to give up. */
function verdictOf(attempt: LockAttempt, before: LockVerdict): LockVerdict {
  return attempt.kind === "conflict" ? attempt.verdict : before;
}

/** Which hold a record is of, so that `force` never turns on the next one. */
function holdNamed({ facts }: LockSight): string | undefined {
  if (facts.record.kind !== "claim") return undefined;
  const { holder, nonce } = facts.record.claim;
  return nonce ?? `${holder.pid} ${holder.startedAt}`;
}
