import { DecodeError } from "../core/error.ts";
import { addMs } from "../core/instant.ts";
import type { Observed } from "../core/observed.ts";
import {
  decodeGateClock,
  encodeGateClock,
  type GateClockFile,
} from "../parse/state/gate_clock_file.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import {
  type Owner,
  readStateFile,
  replaceFile,
} from "../ports/state_writer.ts";

/** What {@linkcode WallSteps} works with. */
export interface WallStepPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Wall and boot clock. */
  readonly clock: Clock;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
  /** Asks for the running boot: by whoever writes, and where the wall clock seems to have been set. */
  readonly readBootSessionUuid: () => Promise<Observed<string>>;
}

/** How far the wall clock was set since something was written down. */
export interface WallStep {
  /** By how much, in milliseconds; negative when it was set back, 0 when it was not or nobody can tell. */
  readonly stepMs: number;
  /** A time that was written down, as the wall clock of now would have shown it. */
  shift(at: Temporal.Instant): Temporal.Instant;
}

/** Two clocks that differ by no more have not been set apart: the boot clock shows whole seconds on some machines. */
const TOLERANCE_MS = 2_000;

/**
 * Remembers wall and boot clock beside a state file, so that its times are measured on the clock that nobody sets
 * (SAFETY T6). The record is written with the state file only.
 *
 * Fails closed as far as the state file does: without a record, a boot clock or within another boot, its times stand as
 * they are, and one that lies ahead of now is its reader's to judge.
 */
export class WallSteps {
  readonly #ports: WallStepPorts;
  readonly #path: string;
  #boot: string | undefined;

  /** `path` is the record, e.g. `cadence-clock.json`. */
  constructor(ports: WallStepPorts, path: string) {
    this.#ports = ports;
    this.#path = path;
  }

  /**
   * Finds out which boot this is, where that matters. Call it before {@linkcode read} and {@linkcode keep}.
   *
   * @param options `willKeep` for a caller who will write.
   */
  async prepare(
    options: { readonly willKeep?: boolean } = {},
  ): Promise<void> {
    if (this.#boot !== undefined) return;
    if (options.willKeep !== true && this.read().stepMs === 0) return;
    const boot = await this.#ports.readBootSessionUuid();
    this.#boot = boot.kind === "known" ? boot.value : undefined;
  }

  /** How far the wall clock was set since {@linkcode keep}. */
  read(): WallStep {
    const record = this.#record();
    const stepMs = record === undefined ? 0 : this.#stepSince(record);
    const keptMs = record?.wallAt.epochMilliseconds ?? 0;
    return {
      stepMs,
      // What is later than the record was not written with it, perhaps by the other tool, after the step.
      shift: (at) =>
        stepMs !== 0 && at.epochMilliseconds <= keptMs + TOLERANCE_MS
          ? addMs(at, stepMs)
          : at,
    };
  }

  /**
   * Writes down what the clocks say now.
   *
   * @throws {FileError} If it could not be written.
   */
  keep(): void {
    const { clock, owner, store } = this.#ports;
    const now = clock.now();
    const file: GateClockFile = {
      wallAt: now,
      bootClockMs: clock.bootMs(),
      bootSessionUuid: this.#boot,
      holds: [],
      lastWallAt: now,
      lastPassedMs: 0,
      wasSet: false,
      extra: new Map(),
    };
    replaceFile(store, this.#path, encodeGateClock(file), { owner: owner() });
  }

  #record(): GateClockFile | undefined {
    const read = readStateFile(this.#ports.store, this.#path);
    if (read.kind !== "text") return undefined;
    try {
      return decodeGateClock(read.text);
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }

  #stepSince(record: GateClockFile): number {
    const bootMs = this.#ports.clock.bootMs();
    if (record.bootClockMs === undefined || bootMs === undefined) return 0;
    const byBoot = bootMs - record.bootClockMs;
    const isOtherBoot = byBoot < 0 ||
      (this.#boot !== undefined && record.bootSessionUuid !== undefined &&
        this.#boot !== record.bootSessionUuid);
    if (isOtherBoot) return 0;
    const byWall = this.#ports.clock.now().epochMilliseconds -
      record.wallAt.epochMilliseconds;
    const stepMs = Math.round(byWall - byBoot);
    return Math.abs(stepMs) > TOLERANCE_MS ? stepMs : 0;
  }
}
