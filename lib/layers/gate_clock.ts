import { DecodeError, FileError, type FileProblem } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { DAY_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import {
  decodeGateClock,
  encodeGateClock,
} from "../parse/state/gate_clock_file.ts";
import {
  type ClockReading,
  type GateClockRecord,
  isPlainlyOneBoot,
  nextRecord,
  type RemainingHold,
  stepGateClock,
} from "../policy/gate_clock.ts";
import {
  type CountedDecision,
  decisionWithCountdown,
  holdsInForce,
  type WallDecision,
  wallHolds,
} from "../policy/gate_countdown.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import {
  type Owner,
  readStateFile,
  replaceFile,
} from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What {@linkcode GateClock} works with. */
export interface GateClockPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Wall and boot clock. */
  readonly clock: Clock;
  /** Asked for the boot, and only while something holds and the clocks alone cannot tell. */
  readonly system: SystemFacts;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/**
 * Counts the gate's holds down on the clock that nobody sets (SAFETY T6).
 *
 * Fails closed: where the boot clock or the record cannot be had, holds last as long as the wall clock says.
 */
export class GateClock {
  readonly #ports: GateClockPorts;
  readonly #path: string | undefined;

  /** Made by the guard, once. */
  constructor(ports: GateClockPorts, path: string | undefined) {
    this.#ports = ports;
    this.#path = path;
  }

  /**
   * Gives every hold the end that running time gives it. Nothing is written while nothing holds.
   *
   * @param wall What was decided by the wall clock.
   * @param mayHaveRecord Whether a record may be there; `false` spares the look.
   */
  async countDown(
    wall: WallDecision,
    mayHaveRecord: boolean,
  ): Promise<CountedDecision> {
    const path = this.#path;
    const { decision } = wall;
    if (path === undefined || decision.kind === "kill_switch") {
      return { decision, findings: [] };
    }
    const read = mayHaveRecord ? this.#read(path) : NO_RECORD;
    if (decision.causes.length === 0 && isOver(read.record)) {
      this.#forget(path, read.record);
      return { decision, findings: read.findings };
    }
    const now = await this.#reading(read.record?.reading);
    const holds = wallHolds(decision, wall);
    const record = read.record === undefined ? undefined : {
      ...read.record,
      holds: holdsInForce(read.record.holds, {
        seen: holds,
        ack: decision.kind === "ack" ? "ends" : wall.ackAt !== undefined &&
            wall.ackAt.epochMilliseconds >= read.record.reading.wallMs
          ? "since"
          : "none",
      }),
    };
    const left = stepGateClock(record, now, holds);
    const findings = [
      ...read.findings,
      ...this.#keep(path, read.record, now, left),
    ];
    return {
      decision: decisionWithCountdown(decision, left, {
        now: this.#ports.clock.now(),
        unreadableEvidence: wall.unreadableEvidence,
      }),
      findings,
    };
  }

  async #reading(before: ClockReading | undefined): Promise<ClockReading> {
    const { clock } = this.#ports;
    const now = {
      wallMs: clock.now().epochMilliseconds,
      bootMs: clock.bootMs(),
    };
    if (before !== undefined && isPlainlyOneBoot(before, now)) {
      return { ...now, bootSessionUuid: before.bootSessionUuid };
    }
    const boot = await this.#ports.system.readBootSessionUuid();
    return {
      ...now,
      bootSessionUuid: boot.kind === "known" ? boot.value : undefined,
    };
  }

  #read(path: string): RecordReading {
    const read = readStateFile(this.#ports.store, path);
    if (read.kind === "absent") return NO_RECORD;
    if (read.kind === "unreadable") {
      return isNoPlace(read.problem) ? NO_RECORD : damaged(read.message);
    }
    try {
      const file = decodeGateClock(read.text);
      return {
        record: {
          reading: {
            wallMs: file.wallAt.epochMilliseconds,
            bootMs: file.bootClockMs,
            bootSessionUuid: file.bootSessionUuid,
          },
          holds: file.holds,
          last: {
            wallMs: file.lastWallAt.epochMilliseconds,
            passedMs: file.lastPassedMs,
          },
          wasSet: file.wasSet,
        },
        findings: [],
      };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return damaged(error.message);
    }
  }

  /** Takes a record away that no clock set back will need any more. */
  #forget(path: string, record: GateClockRecord | undefined): void {
    if (record === undefined) return;
    const ageMs = this.#ports.clock.now().epochMilliseconds -
      record.last.wallMs;
    if (ageMs < KEPT_MS) return;
    try {
      this.#ports.store.remove(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }

  /** Writes down what is left where that says something new, the last time when all of it is over. */
  #keep(
    path: string,
    before: GateClockRecord | undefined,
    now: ClockReading,
    left: readonly RemainingHold[],
  ): readonly Finding[] {
    const next = nextRecord(before, now, left);
    const isHolding = left.some((hold) => hold.remainingMs > 0);
    try {
      if (next !== undefined && (isHolding || !isOver(before))) {
        replaceFile(this.#ports.store, path, textOf(next), {
          owner: this.#ports.owner(),
        });
      }
      return [];
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return error.problem === "absent" || isNoPlace(error.problem)
        ? []
        : [finding(
          "gate-clock-not-written",
          `${error.message}: a step of the clock may shorten or prolong a hold`,
        )];
    }
  }
}

/** Longest hold there is (SAFETY T3): so long the end of one is remembered. */
const KEPT_MS = 30 * DAY_MS;

/** Whether nothing that was written down has time left. */
function isOver(record: GateClockRecord | undefined): boolean {
  return record?.holds.every((hold) => hold.remainingMs === 0) ?? true;
}

/** A file stands where a folder should be; that no hold can be kept there is told by the hold. */
function isNoPlace(problem: FileProblem): boolean {
  return problem === "not-a-folder";
}

interface RecordReading {
  readonly record: GateClockRecord | undefined;
  readonly findings: readonly Finding[];
}

const NO_RECORD: RecordReading = { record: undefined, findings: [] };

function damaged(because: string): RecordReading {
  return {
    record: undefined,
    findings: [finding(
      "gate-clock-damaged",
      `${plainText(because)}: holds last as long as the wall clock says`,
    )],
  };
}

function textOf({ reading, holds, last, wasSet }: GateClockRecord): string {
  const at = (ms: number): Temporal.Instant =>
    Temporal.Instant.fromEpochMilliseconds(ms);
  return encodeGateClock({
    wallAt: at(reading.wallMs),
    bootClockMs: reading.bootMs,
    bootSessionUuid: reading.bootSessionUuid,
    holds,
    lastWallAt: at(last.wallMs),
    lastPassedMs: last.passedMs,
    wasSet,
    extra: new Map(),
  });
}
