import { FileError, MetalGuardError, RefusedError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, DAY_MS, epochSeconds } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import { type AckState, readAck } from "../facts/ack_state.ts";
import { type HoldState, readHold } from "../facts/hold_state.ts";
import {
  readSettledHistory,
  type SettledPorts,
} from "../facts/known_panics.ts";
import type { FailureFolders, FailureHistory } from "../facts/panic_history.ts";
import { encodeAck } from "../parse/state/ack_file.ts";
import {
  encodeSentinel,
  MAX_HOLD_MS,
  newSentinelFile,
} from "../parse/state/sentinel_file.ts";
import {
  type CooldownVerdict,
  type NewestPanic,
  waysOut,
} from "../policy/cooldown_verdict.ts";
import type {
  CountedDecision,
  WallDecision,
} from "../policy/gate_countdown.ts";
import {
  evaluatePanicCooldown,
  type PanicCooldownOptions,
} from "../policy/panic_cooldown.ts";
import type { Suspect } from "../policy/suspects.ts";
import type { Log } from "../ports/log.ts";
import { folderOf } from "../ports/state_folder.ts";
import { type Owner, replaceFile, setAside } from "../ports/state_writer.ts";

/** Where the gate finds what it judges. */
export interface PanicCooldownPaths {
  /** Hold file, `undefined` where there is no place for one. */
  readonly sentinel: string | undefined;
  /** Ack file, `undefined` where there is no place for one. */
  readonly ack: string | undefined;
  /** Report folders. */
  readonly reportFolders: FailureFolders;
}

/** What {@linkcode PanicCooldown} works with. */
export interface PanicCooldownPorts extends SettledPorts {
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
  /** Finds what looks like a panic without a report; left out, nothing is suspected. */
  readonly findSuspects?: (
    history: FailureHistory,
  ) => Promise<readonly Suspect[]>;
  /** Gives every hold the end that running time gives it, whatever the wall clock does (SAFETY T6). */
  readonly countDown: (
    wall: WallDecision,
    mayHaveRecord: boolean,
  ) => Promise<CountedDecision>;
}

/** Everything the gate decides by. */
export interface PanicCooldownSetup {
  /** Where things lie. */
  readonly paths: PanicCooldownPaths;
  /** Thresholds. */
  readonly options: PanicCooldownOptions;
  /** In observer mode {@linkcode PanicCooldown.require} tells instead of throwing. */
  readonly isObserver: boolean;
  /** What was out of order before the gate was asked, e.g. a bad variable. */
  readonly findings: readonly Finding[];
}

/** Why a hold is set. */
export interface HoldOptions {
  /** In the words of whoever sets it. */
  readonly reason?: string;
  /** Who sets it. @default "person" */
  readonly setBy?: "person" | "postmortem";
  /** Boot of the panic that it is set for. */
  readonly forBoot?: string;
}

/** What {@linkcode PanicCooldown.hold} did. */
export interface HoldResult {
  /** When the hold that is in force now lets go. */
  readonly until: Temporal.Instant;
  /** Path of the hold file. */
  readonly path: string;
  /** Whether a longer hold was there already and stays. */
  readonly isUnchanged: boolean;
}

const PANIC_WINDOW_MS = 3 * DAY_MS;
const ABORT_WINDOW_MS = DAY_MS;

const NO_ACK: AckState = { ackAt: undefined, findings: [] };

/** The countdown's record lies beside the hold file. */
const GATE_CLOCK_NAME = "gate-clock.json";

const NO_HISTORY: FailureHistory = {
  panics: [],
  aborts: [],
  unreadable: [],
  findings: [],
};

/**
 * Layer 10: keeps GPU work away after GPU panics, so that launchd does not restart it into the next one.
 *
 * Fails closed where something is known: a torn hold file holds, a panic without a believable time counts from when it
 * was first seen. Reports that exist and cannot be read give exit code 3.
 */
export class PanicCooldown {
  readonly #ports: PanicCooldownPorts;
  readonly #setup: PanicCooldownSetup;

  /** Made by the guard, once. */
  constructor(ports: PanicCooldownPorts, setup: PanicCooldownSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /**
   * Asks. Nothing is written, unless a damaged hold file has to be set aside.
   *
   * @param history Failures of at least the last 72 h, where they have been read already.
   * @returns The verdict, with what happened, what holds and what a person can do.
   */
  async check(history?: FailureHistory): Promise<CooldownVerdict> {
    return await this.#judge(history ?? this.#readHistory());
  }

  #readHistory(): FailureHistory {
    if (!this.#setup.options.panicGateEnabled) return NO_HISTORY;
    return readSettledHistory(this.#ports, {
      folders: this.#setup.paths.reportFolders,
      panicsWithinMs: PANIC_WINDOW_MS,
      abortsWithinMs: ABORT_WINDOW_MS,
    });
  }

  async #judge(history: FailureHistory): Promise<CooldownVerdict> {
    const { paths, options, findings } = this.#setup;
    const askedAt = this.#ports.clock.now();
    const windowStart = epochSeconds(addMs(askedAt, -PANIC_WINDOW_MS));
    const gpuPanics = history.panics.flatMap((panic): NewestPanic[] =>
      panic.signature?.stopsGate === true &&
        panic.record.ts >= windowStart
        ? [{
          record: panic.record,
          at: panic.time.at,
          signature: panic.signature,
        }]
        : []
    );
    const suspects = options.panicGateEnabled
      ? await this.#ports.findSuspects?.(history) ?? []
      : [];
    const found = readHold(this.#ports, paths.sentinel);
    const asideFindings = found.isDamaged ? this.#setDamagedAside(found) : [];
    const held = found.isDamaged
      ? readHold(this.#ports, paths.sentinel)
      : found;
    // Without a panic there is nothing to go on after, and asking for a file that is seldom there is dear.
    const hasClockRecord = held.folderNames?.has(GATE_CLOCK_NAME) ?? true;
    const ack = gpuPanics.length === 0 && !hasClockRecord
      ? NO_ACK
      : readAck(this.#ports, paths.ack);
    const byWall = evaluatePanicCooldown({
      now: askedAt,
      gpuPanics: gpuPanics.map((panic) => panic.at),
      suspects: suspects.map((suspect) => suspect.at),
      abortCount24h: history.aborts.length,
      holdUntil: held.hold?.until,
      ackAt: ack.ackAt,
      unreadableEvidence: history.unreadable.length,
    }, options);
    const { decision, findings: clockFindings } = await this.#ports.countDown(
      {
        decision: byWall,
        sentinelEnds: held.ends,
        panics: gpuPanics.map(({ record }) =>
          record.bootSessionUuid ?? `${record.ts}`
        ),
        suspects: suspects.map(({ at, boot }) =>
          `${boot ?? ""}@${at.epochMilliseconds}`
        ),
        ackAt: ack.ackAt,
        unreadableEvidence: history.unreadable.length,
      },
      hasClockRecord,
    );
    return {
      ...decision,
      askedAt,
      gpuPanics,
      suspects,
      hold: held.hold ?? null,
      unreadableReports: history.unreadable,
      findings: [
        ...findings,
        ...history.findings,
        ...found.findings,
        ...asideFindings,
        ...ack.findings,
        ...clockFindings,
      ],
      howToClear: decision.causes.length + history.unreadable.length === 0
        ? []
        : waysOut(decision, history.unreadable),
    };
  }

  /**
   * Asks, and throws unless the answer lets GPU work start. In observer mode it only tells.
   *
   * @throws {RefusedError} With layer `panic_cooldown` and the verdict.
   */
  async require(): Promise<void> {
    const { verdict } = await this.check();
    if (verdict.kind === "proceed") return;
    if (!this.#setup.isObserver) {
      throw new RefusedError("panic_cooldown", verdict);
    }
    this.#ports.log.warn(`observer: would refuse: ${verdict.reason}`);
  }

  /**
   * Keeps GPU work away for a while. A hold that ends later stays as it is: only {@linkcode clearHold} shortens.
   *
   * @param ms How long, at most 30 days.
   * @param options Why, and who.
   * @throws {MetalGuardError} Code `usage` for a length that is none, or when there is no place for the file.
   * @throws {FileError} If it could not be written.
   */
  hold(ms: number, options: HoldOptions = {}): Promise<HoldResult> {
    return Promise.try(() => this.#setHold(ms, options));
  }

  #setHold(ms: number, options: HoldOptions): HoldResult {
    if (!(ms > 0 && ms <= MAX_HOLD_MS)) {
      throw new MetalGuardError(
        "usage",
        "A hold lasts more than 0 s and at most 30 days",
      );
    }
    const path = this.#place(this.#setup.paths.sentinel);
    const { clock, store, owner } = this.#ports;
    const createdAt = clock.now();
    const until = addMs(createdAt, ms);
    const before = readHold(this.#ports, path);
    if (
      before.hold !== undefined && !before.isDamaged &&
      Temporal.Instant.compare(before.hold.until, until) >= 0
    ) {
      return { until: before.hold.until, path, isUnchanged: true };
    }
    // A damaged file is moved aside first, or its hold would be lost under the new one.
    if (before.isDamaged) this.#moveAside(path, before);
    const file = newSentinelFile({
      createdAt,
      until,
      timeZone: clock.timeZone(),
      setBy: options.setBy ?? "person",
      reason: options.reason,
      forBoot: options.forBoot,
    });
    replaceFile(store, path, encodeSentinel(file), { owner: owner() });
    // What was moved aside just now may hold longer than the new one.
    const inForce = readHold(this.#ports, path).hold?.until ?? until;
    return { until: inForce, path, isUnchanged: false };
  }

  /**
   * Lifts the hold, also one that was set aside because it was damaged.
   *
   * @returns The files that were removed.
   * @throws {FileError} If one could not be removed.
   */
  clearHold(): Promise<readonly string[]> {
    return Promise.try(() => {
      const path = this.#place(this.#setup.paths.sentinel);
      const { setAside: aside } = readHold(this.#ports, path);
      return [path, ...aside].filter((file) => this.#remove(file));
    });
  }

  /**
   * Says "go on" after a lockout. It counts for 24 h and only for panics that have happened.
   *
   * @param reason What was changed, in one line.
   * @returns Path of the ack file.
   * @throws {FileError} If it could not be written.
   */
  ack(reason?: string): Promise<string> {
    return Promise.try(() => {
      const path = this.#place(this.#setup.paths.ack);
      const { clock, store, owner } = this.#ports;
      const text = encodeAck({
        at: clock.now(),
        timeZone: clock.timeZone(),
        reason,
      });
      replaceFile(store, path, text, { owner: owner() });
      return path;
    });
  }

  /**
   * Takes the ack back.
   *
   * @returns Whether there was one.
   * @throws {FileError} If it could not be removed.
   */
  clearAck(): Promise<boolean> {
    return Promise.try(() => this.#remove(this.#place(this.#setup.paths.ack)));
  }

  /** The first process that may write moves a damaged hold file aside; its name then carries the moment it was found. */
  #setDamagedAside(held: HoldState): readonly Finding[] {
    const path = this.#setup.paths.sentinel;
    if (!held.isDamaged || path === undefined) return [];
    try {
      const aside = this.#moveAside(path, held);
      return [finding(
        "hold-file-set-aside",
        `The damaged hold file is ${plainText(aside)} now`,
      )];
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      // Somebody else has moved it, or set a new one in its place.
      if (error.problem === "absent" || error.problem === "exists") return [];
      return [finding(
        "hold-file-stuck",
        error.message,
        `$ sudo rm -r ${
          shellWord(path)
        }\nIf GPU work should stay away:\n$ metal-guard hold --for 2h`,
      )];
    }
  }

  /** @throws {FileError} If it cannot be moved, or is another file by now. */
  #moveAside(path: string, held: HoldState): string {
    const { damagedIdentity: identity } = held;
    return setAside(
      this.#ports.store,
      path,
      Math.floor(epochSeconds(this.#ports.clock.now())),
      identity === undefined ? {} : { identity },
    );
  }

  #place(path: string | undefined): string {
    if (path !== undefined) return path;
    throw new MetalGuardError(
      "usage",
      "There is no place for the file: HOME is not set",
    );
  }

  #remove(path: string): boolean {
    const { store } = this.#ports;
    try {
      store.remove(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.problem === "absent") return false;
      throw new FileError(
        error.problem,
        path,
        `${error.message}; remove it by hand: sudo rm -r ${shellWord(path)}`,
        { cause: error },
      );
    }
    store.syncFolder(folderOf(path));
    return true;
  }
}
