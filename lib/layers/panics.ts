import type { AbortRecord, PanicRecord } from "../core/failure.ts";
import { DAY_MS } from "../core/instant.ts";
import {
  type IngestResult,
  readSettledHistory,
  type SettledPorts,
} from "../facts/known_panics.ts";
import type { FailureFolders, FailureHistory } from "../facts/panic_history.ts";

/** Where to look and how far back. */
export interface PanicsOptions {
  /** How far back, in milliseconds. @default 259_200_000 */
  readonly withinMs?: number;
}

/** How far back kernel panics matter by default: the gate's longer window. */
const PANIC_WINDOW_MS = 3 * DAY_MS;
/** Longer than any report is kept: ten years. */
const ALL_MS = 3_650 * DAY_MS;
/** How far back survived failures matter by default (SPEC 5). */
const ABORT_WINDOW_MS = DAY_MS;

/**
 * Layer 9, reading side: what the machine's own reports tell.
 *
 * It reports: evidence that cannot be read is named, never taken for "no panics".
 */
export class Panics {
  readonly #ports: SettledPorts;
  readonly #folders: FailureFolders;

  /** Made by the guard, once. */
  constructor(ports: SettledPorts, folders: FailureFolders) {
    this.#ports = ports;
    this.#folders = folders;
  }

  /** Kernel panics, one a crash, newest first. */
  list(options: PanicsOptions = {}): Promise<readonly PanicRecord[]> {
    return this.#history(options.withinMs ?? PANIC_WINDOW_MS, 0)
      .then(({ panics }) => panics.map((panic) => panic.record));
  }

  /** Kernel panics of the last 72 h that the GPU driver is to blame for. */
  recent(): Promise<readonly PanicRecord[]> {
    return this.#history(PANIC_WINDOW_MS, 0).then(({ panics }) =>
      panics.filter((panic) => panic.signature?.stopsGate === true)
        .map((panic) => panic.record)
    );
  }

  /** Failures that the machine survived: aborts, GPU resets, Jetsam kills; newest first. */
  aborts(options: PanicsOptions = {}): Promise<readonly AbortRecord[]> {
    return this.#history(0, options.withinMs ?? ABORT_WINDOW_MS)
      .then(({ aborts }) => aborts);
  }

  /** Everything in one pass, with what could not be read. */
  read(
    options: {
      /** How far back kernel panics matter, in milliseconds. @default 259_200_000 */
      readonly panicsWithinMs?: number;
      /** How far back survived failures matter; 0 leaves them unread. @default 86_400_000 */
      readonly abortsWithinMs?: number;
    } = {},
  ): Promise<FailureHistory> {
    return this.#history(
      options.panicsWithinMs ?? PANIC_WINDOW_MS,
      options.abortsWithinMs ?? ABORT_WINDOW_MS,
    );
  }

  /**
   * Writes kernel panics down in the ledger, so that they are known after the system has thrown their reports away. One
   * that stands there is not written again; where there is none that is new, nothing is.
   *
   * It reports: what cannot be written is a finding.
   *
   * @param history What was read of the system's reports; left out, all of them are read.
   */
  async ingest(
    history?: Pick<FailureHistory, "panics">,
  ): Promise<IngestResult> {
    const { panics } = history ?? await this.#history(ALL_MS, 0);
    const result = panics.length === 0 || this.#ports.memory === undefined
      ? { appendedCount: 0, findings: [] }
      : await this.#ports.memory().ingest({ panics });
    this.#ports.digests?.save();
    return result;
  }

  #history(
    panicsWithinMs: number,
    abortsWithinMs: number,
  ): Promise<FailureHistory> {
    return Promise.try(() =>
      readSettledHistory(this.#ports, {
        folders: this.#folders,
        panicsWithinMs,
        abortsWithinMs,
      })
    );
  }
}
