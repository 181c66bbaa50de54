import { FileError, RefusedError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, millisecondsBetween, SECOND_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import {
  type CadenceRecord,
  readCadenceRecord,
} from "../facts/cadence_state.ts";
import { type DatedStatePorts, setDamagedAside } from "../facts/dated_state.ts";
import type { WallSteps } from "../facts/wall_step.ts";
import { encodeCadence } from "../parse/state/cadence_file.ts";
import {
  type CadenceOptions,
  type CadenceVerdict,
  evaluateCadence,
  markLoad,
} from "../policy/cadence.ts";
import type { Log } from "../ports/log.ts";
import { type SideLock, tryTakeSideLock } from "../ports/kernel_lock.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";
import type { CadenceStatus } from "../report/status_layers.ts";

/** What {@linkcode Cadence} works with. */
export interface CadencePorts extends DatedStatePorts {
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
  /** Measures on the clock that nobody sets; left out, the wall clock counts. */
  readonly steps?: WallSteps;
}

/** Everything the cadence decides by. */
export interface CadenceSetup {
  /** The record of loads; `undefined` where there is no place for one. */
  readonly path: string | undefined;
  /** Intervals. */
  readonly options: CadenceOptions;
  /** In observer mode {@linkcode Cadence.require} tells instead of throwing. */
  readonly isObserver: boolean;
}

/** What the cadence answers, with what is out of order. */
export type CadenceAnswer = CadenceVerdict & {
  /** A damaged record, times ahead of now. */
  readonly findings: readonly Finding[];
};

/** The step under the lock takes a disk sync, a few milliseconds on an SSD. */
const LOCK_RETRY_MS = 5;
/** A holder that was stopped must not stop others for ever: then they are refused, with the reason. */
const LOCK_PATIENCE_MS = 5 * SECOND_MS;

/**
 * Layer 9: keeps model loads apart, across processes and languages.
 *
 * Fails closed: a damaged record holds every model for the longest interval, and a load that cannot be written down is
 * not let through, since the next one would come too soon after it.
 */
export class Cadence {
  readonly #ports: CadencePorts;
  readonly #setup: CadenceSetup;

  /** Made by the guard, once. */
  constructor(ports: CadencePorts, setup: CadenceSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /**
   * Asks. Nothing is written, unless a damaged record has to be set aside or one that is dated ahead of now put right.
   *
   * @param modelId The model that wants to load.
   * @param options Intervals that win over the configured ones.
   */
  check(
    modelId: string,
    options: Partial<CadenceOptions> = {},
  ): Promise<CadenceAnswer> {
    return this.#prepared(() => {
      const record = this.#read();
      return record.file.damage === undefined && !record.hasTimesAhead
        ? this.#judge(record, modelId, options)
        : this.#judge(this.#tryHeal(record), modelId, options);
    });
  }

  /** What was loaded and when each model may be loaded again. Nothing is written. */
  status(): Promise<CadenceStatus> {
    return this.#prepared(() => {
      const { sameModelIntervalMs, crossModelIntervalMs } = this.#setup.options;
      const record = this.#read();
      const now = this.#ports.clock.now();
      const loads = [...record.lastLoadAt].map(([modelId, loadedAt]) => ({
        modelId,
        loadedAt,
        elapsedMs: millisecondsBetween(loadedAt, now),
        clearAt: this.#clearAt(record, modelId),
      })).toSorted((a, b) => a.elapsedMs - b.elapsedMs);
      return {
        loads,
        sameModelIntervalMs,
        crossModelIntervalMs,
        findings: record.findings,
      };
    });
  }

  #clearAt(record: CadenceRecord, modelId: string): Temporal.Instant {
    const now = this.#ports.clock.now();
    const verdict = evaluateCadence(
      record,
      { modelId, now },
      this.#setup.options,
    );
    return verdict.kind === "wait" ? verdict.until : now;
  }

  /**
   * Writes down that a model is loaded now, without asking.
   *
   * @throws {FileError} If it could not be written.
   * @throws {RefusedError} If another process holds the record's lock for seconds.
   */
  mark(modelId: string): Promise<void> {
    const { path } = this.#setup;
    if (path === undefined) return Promise.resolve();
    return this.#prepared(() =>
      this.#underLock(path, () => {
        this.#write(path, this.#healed(path), modelId);
      }), { willKeep: true });
  }

  /**
   * Asks and writes down, in one step across processes: of several that ask at once exactly one passes. In observer mode
   * it only tells, and writes down.
   *
   * @param modelId The model that is about to load.
   * @param options Intervals that win over the configured ones.
   * @returns The answer.
   * @throws {RefusedError} With layer `cadence` and the verdict.
   * @throws {FileError} If the load could not be written down.
   */
  require(
    modelId: string,
    options: Partial<CadenceOptions> = {},
  ): Promise<CadenceAnswer> {
    const { path } = this.#setup;
    return this.#prepared(
      () =>
        path === undefined
          ? this.#judge(this.#read(), modelId, options)
          : this.#underLock(path, () => this.#insist(path, modelId, options)),
      {
        willKeep: true,
      },
    );
  }

  #insist(
    path: string,
    modelId: string,
    options: Partial<CadenceOptions>,
  ): CadenceAnswer {
    const record = this.#healed(path);
    const answer = this.#judge(record, modelId, options);
    if (answer.kind !== "proceed") {
      if (!this.#setup.isObserver) throw new RefusedError("cadence", answer);
      this.#ports.log.warn(
        `observer: would refuse: ${plainText(answer.reason)}`,
      );
    }
    this.#write(path, record, modelId, options);
    return answer;
  }

  /** Outside the lock: finding out which boot this is may start a program. */
  async #prepared<T>(
    step: () => T | Promise<T>,
    options: { readonly willKeep?: boolean } = {},
  ): Promise<T> {
    await this.#ports.steps?.prepare(options);
    return await step();
  }

  #read(): CadenceRecord {
    const { steps } = this.#ports;
    return readCadenceRecord(this.#ports, this.#setup.path, steps?.read());
  }

  #judge(
    record: CadenceRecord,
    modelId: string,
    options: Partial<CadenceOptions>,
  ): CadenceAnswer {
    const verdict = evaluateCadence(
      record,
      { modelId, now: this.#ports.clock.now() },
      { ...this.#setup.options, ...options },
    );
    const findings = this.#setup.path === undefined
      ? [
        finding(
          "cadence-no-place",
          "There is no place to write loads down: HOME is not set",
        ),
      ]
      : record.findings;
    return { ...verdict, findings };
  }

  #write(
    path: string,
    record: CadenceRecord,
    modelId: string,
    options: Partial<CadenceOptions> = {},
  ): void {
    const now = this.#ports.clock.now();
    const marked = markLoad(record.lastLoadAt, { modelId, now }, {
      ...this.#setup.options,
      ...options,
    });
    this.#replace(path, marked);
  }

  #replace(
    path: string,
    lastLoadAt: ReadonlyMap<string, Temporal.Instant>,
  ): void {
    const { owner, steps, store } = this.#ports;
    // Of two writes a crash may leave only the first: whichever it is, no pause gets shorter by it.
    const isSetBack = (steps?.read().stepMs ?? 0) < 0;
    if (isSetBack) steps?.keep();
    replaceFile(store, path, encodeCadence(lastLoadAt), { owner: owner() });
    if (!isSetBack) steps?.keep();
  }

  /** The record, put right where that is needed. Call it under the lock. */
  #healed(path: string): CadenceRecord {
    const record = this.#read();
    if (record.file.damage !== undefined) {
      const findings = setDamagedAside(
        this.#ports,
        path,
        record.file,
        "cadence-file",
      );
      const after = this.#read();
      return {
        ...after,
        findings: [...record.findings, ...findings, ...after.findings],
      };
    }
    if (record.hasTimesAhead) this.#replace(path, record.lastLoadAt);
    return record;
  }

  /** As {@linkcode #healed}, for a caller who only asks: what stands in the way changes nothing. */
  #tryHeal(record: CadenceRecord): CadenceRecord {
    const { path } = this.#setup;
    if (path === undefined) return record;
    try {
      using lock = this.#tryLock(path);
      return lock === undefined ? record : this.#healed(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const findings = [
        ...record.findings,
        finding("cadence-file-stuck", plainText(error.message)),
      ];
      return { ...record, findings };
    }
  }

  #tryLock(path: string): SideLock | undefined {
    const { store, owner } = this.#ports;
    return tryTakeSideLock(store, path, { owner: owner() });
  }

  /** Where nobody holds the lock, all is done when this returns. */
  #underLock<T>(path: string, step: () => T): T | Promise<T> {
    using lock = this.#tryLock(path);
    return lock === undefined ? this.#underLockLater(path, step) : step();
  }

  async #underLockLater<T>(path: string, step: () => T): Promise<T> {
    using _lock = await this.#waitForLock(path);
    return step();
  }

  /** @throws {RefusedError} If it cannot be had in time. */
  async #waitForLock(path: string): Promise<SideLock> {
    const { clock } = this.#ports;
    const start = clock.monotonicMs();
    while (clock.monotonicMs() - start < LOCK_PATIENCE_MS) {
      await clock.sleep(LOCK_RETRY_MS);
      const lock = this.#tryLock(path);
      if (lock !== undefined) return lock;
    }
    throw new RefusedError("cadence", {
      kind: "wait",
      until: addMs(clock.now(), LOCK_PATIENCE_MS),
      reason: `another process has held ${plainText(path)}.flock for over ${
        LOCK_PATIENCE_MS / SECOND_MS
      } s`,
      wayOut: "continue or end the stopped process that holds it",
    });
  }
}
