import { FileError, MetalGuardError, RefusedError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, later, millisecondsBetween } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import {
  type BreakerRecord,
  clearedPath,
  readBreakerRecord,
} from "../facts/breaker_state.ts";
import { setDamagedAside } from "../facts/dated_state.ts";
import type {
  FailureFolders,
  FailureHistory,
  FailurePorts,
} from "../facts/panic_history.ts";
import {
  panicsInLedger,
  panicsNotIn,
  readPanicLedger,
} from "../facts/panic_ledger.ts";
import type { WallSteps } from "../facts/wall_step.ts";
import { encodeAck } from "../parse/state/ack_file.ts";
import { encodeBreaker } from "../parse/state/breaker_file.ts";
import {
  type BreakerVerdict,
  type CircuitBreakerOptions,
  evaluateCircuitBreaker,
} from "../policy/circuit_breaker.ts";
import type { Log } from "../ports/log.ts";
import { folderOf } from "../ports/state_folder.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";
import type { BreakerStatus } from "../report/breaker.ts";

/** What {@linkcode CircuitBreaker} works with. */
export interface CircuitBreakerPorts extends FailurePorts {
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
  /** Measures on the clock that nobody sets; left out, the wall clock counts. */
  readonly steps?: WallSteps;
}

/** Everything the breaker decides by. */
export interface CircuitBreakerSetup {
  /** Its record; `undefined` where there is no place for one. */
  readonly path: string | undefined;
  /** The ledger; `undefined` where there is no place for one. */
  readonly ledger: string | undefined;
  /** Report folders, asked for the boot of lines that name none. */
  readonly reportFolders: FailureFolders;
  /** Thresholds. */
  readonly options: CircuitBreakerOptions;
  /** In observer mode {@linkcode CircuitBreaker.require} tells instead of throwing. */
  readonly isObserver: boolean;
}

/** What the breaker answers, with what is out of order. */
export type BreakerAnswer = BreakerVerdict & {
  /** When it was asked. */
  readonly askedAt: Temporal.Instant;
  /** Damaged records, lines that are none, times ahead of now. */
  readonly findings: readonly Finding[];
};

interface Judgement {
  readonly verdict: BreakerVerdict;
  readonly record: BreakerRecord;
  readonly askedAt: Temporal.Instant;
  readonly findings: readonly Finding[];
}

/**
 * Layer 9: opens when kernel panics of any kind come thick, and keeps GPU work away for an hour.
 *
 * Fails closed: a record or ledger that cannot be read holds for the cooldown from when it came to be so.
 */
export class CircuitBreaker {
  readonly #ports: CircuitBreakerPorts;
  readonly #setup: CircuitBreakerSetup;

  /** Made by the guard, once. */
  constructor(ports: CircuitBreakerPorts, setup: CircuitBreakerSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /**
   * Asks. Written is only that it opens, that a damaged record is set aside, and a record dated ahead of now.
   *
   * @param history Failures that have been read already: panics that are not in the ledger yet count too.
   */
  async check(
    history?: Pick<FailureHistory, "panics">,
  ): Promise<BreakerAnswer> {
    const { steps } = this.#ports;
    await steps?.prepare();
    const { verdict, record, askedAt, findings } = this.#judge(
      history?.panics ?? [],
    );
    const text = this.#textToWrite(verdict, record, askedAt);
    if (text === undefined) return { ...verdict, askedAt, findings };
    // Only now: finding out which boot this is may start a program.
    await steps?.prepare({ willKeep: true });
    const written = this.#writeDown(text);
    return { ...verdict, askedAt, findings: [...findings, ...written] };
  }

  /**
   * Asks, and throws while it is open. In observer mode it only tells.
   *
   * @throws {RefusedError} With layer `circuit_breaker` and the verdict.
   */
  async require(history?: Pick<FailureHistory, "panics">): Promise<void> {
    const answer = await this.check(history);
    if (answer.kind === "proceed") return;
    if (!this.#setup.isObserver) {
      throw new RefusedError("circuit_breaker", answer);
    }
    this.#ports.log.warn(`observer: would refuse: ${answer.reason}`);
  }

  /** The same for dashboards. */
  async status(
    history?: Pick<FailureHistory, "panics">,
  ): Promise<BreakerStatus> {
    const answer = await this.check(history);
    const until = answer.kind === "wait" ? answer.until : null;
    const { panicThreshold, windowMs } = this.#setup.options;
    return {
      isInCooldown: answer.kind !== "proceed",
      cooldownUntil: until,
      cooldownRemainingMs: until === null
        ? 0
        : millisecondsBetween(answer.askedAt, until),
      panicThreshold,
      windowMs,
      recentPanicCount: answer.recentPanicCount,
      reason: answer.reason,
      findings: answer.findings,
    };
  }

  /**
   * Closes it by hand, for the panics that have happened: only a new one can open it again.
   *
   * @returns Paths of the records that were removed.
   * @throws {MetalGuardError} Code `usage`, when there is no place for its files.
   * @throws {FileError} If one could not be written or removed.
   */
  clear(): Promise<readonly string[]> {
    return Promise.try(() => {
      const { path } = this.#setup;
      if (path === undefined) {
        throw new MetalGuardError(
          "usage",
          "There is no place for the breaker's record: HOME is not set",
        );
      }
      const { clock, store, owner } = this.#ports;
      const { file } = readBreakerRecord(this.#ports, path);
      const text = encodeAck({
        at: clock.now(),
        timeZone: clock.timeZone(),
        reason: undefined,
      });
      replaceFile(store, clearedPath(path), text, { owner: owner() });
      const removed = [path, ...file.setAside].filter((one) =>
        this.#remove(one)
      );
      if (removed.length > 0) store.syncFolder(folderOf(path));
      return removed;
    });
  }

  #judge(panics: FailureHistory["panics"]): Judgement {
    const { path, ledger, options, reportFolders } = this.#setup;
    const askedAt = this.#ports.clock.now();
    const step = this.#ports.steps?.read();
    const found = readBreakerRecord(this.#ports, path, step);
    const aside = setDamagedAside(
      this.#ports,
      path,
      found.file,
      "breaker-file",
    );
    const record = found.file.damage === undefined
      ? found
      : readBreakerRecord(this.#ports, path, step);
    const reading = readPanicLedger(this.#ports, ledger);
    const known = panicsInLedger(this.#ports, reading, {
      folders: reportFolders,
      since: addMs(askedAt, -options.windowMs),
    });
    const moments = [record.damagedSince, reading.unreadableSince]
      .filter((at) => at !== undefined);
    const verdict = evaluateCircuitBreaker({
      now: askedAt,
      panics: [...known, ...panicsNotIn(reading, panics)]
        .map((panic) => panic.time.at),
      opened: record.opened,
      clearedAt: record.clearedAt,
      damagedSince: moments.length === 0 ? undefined : moments.reduce(later),
    }, options);
    return {
      verdict,
      record,
      askedAt,
      findings: [
        ...found.findings,
        ...aside,
        ...(found === record ? [] : record.findings),
        ...reading.findings,
      ],
    };
  }

  /** What has to be written down; `undefined` when nothing has. */
  #textToWrite(
    verdict: BreakerVerdict,
    record: BreakerRecord,
    now: Temporal.Instant,
  ): string | undefined {
    const { options } = this.#setup;
    const isSettled = verdict.state === "open" && record.hasTimesAhead;
    if (verdict.kind !== "wait") return undefined;
    if (verdict.state !== "opening" && !isSettled) return undefined;
    const { panicThreshold: threshold, windowMs } = options;
    return encodeBreaker({
      enteredAt: isSettled ? record.opened?.enteredAt ?? now : now,
      cooldownUntil: verdict.until,
      panicCount: verdict.panicCount ?? 0,
      threshold,
      windowMs,
      // The same opening keeps what others know of it; a new one starts afresh (SAFETY H5).
      extra: isSettled ? record.file.value?.extra ?? new Map() : new Map(),
    });
  }

  #writeDown(text: string): readonly Finding[] {
    const { path } = this.#setup;
    const { owner, steps, store } = this.#ports;
    if (path === undefined) return [];
    try {
      replaceFile(store, path, text, { owner: owner() });
      steps?.keep();
      return [];
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return [finding(
        "breaker-not-written",
        `${
          plainText(error.message)
        }: the breaker is open as long as the panics lie in its window`,
      )];
    }
  }

  #remove(path: string): boolean {
    try {
      this.#ports.store.remove(path);
      return true;
    } catch (error) {
      if (error instanceof FileError && error.problem === "absent") {
        return false;
      }
      throw error;
    }
  }
}
