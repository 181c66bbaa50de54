import { FileError } from "../core/error.ts";
import { finding } from "../core/finding.ts";
import { plainText } from "../core/plain_text.ts";
import type { IngestResult, PanicMemory } from "../facts/known_panics.ts";
import type { FailureHistory, FailurePorts } from "../facts/panic_history.ts";
import {
  type FirstSeen,
  firstSeenInLedger,
  type LedgerReading,
  panicsNotIn,
  readPanicLedger,
} from "../facts/panic_ledger.ts";
import type { PanicEvent } from "../facts/panic_merge.ts";
import {
  encodePanicLedgerRecord,
  type PanicLedgerRecord,
} from "../parse/state/panic_ledger.ts";
import { tryTakeSideLock } from "../ports/kernel_lock.ts";
import { appendLine, type Owner } from "../ports/state_writer.ts";

/** What {@linkcode PanicLedger} works with. */
export interface PanicLedgerPorts extends FailurePorts {
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/**
 * Layer 9, writing side: keeps every kernel panic that was ever read, after the system has thrown its report away.
 *
 * It reports: what cannot be written is a finding and never an error, since the gate has answered by then.
 */
export class PanicLedger implements PanicMemory {
  readonly #ports: PanicLedgerPorts;
  readonly #path: string | undefined;
  /** What {@linkcode firstSeen} read, for the look that follows it. */
  #recent: LedgerReading | undefined;

  /** Made by the guard, once. */
  constructor(ports: PanicLedgerPorts, path: string | undefined) {
    this.#ports = ports;
    this.#path = path;
  }

  /**
   * Since when a panic is known; no later time of its report can be believed (SAFETY T1). The ledger is read when the
   * answer is first called for.
   */
  firstSeen(): FirstSeen {
    let seen: FirstSeen | undefined;
    return (sourceFile, bootSessionUuid) => {
      seen ??= firstSeenInLedger(this.#recent = this.#read());
      return seen(sourceFile, bootSessionUuid);
    };
  }

  /**
   * Writes down the panics that are not in the ledger yet. Where there are none nothing is written and no lock is taken;
   * where another process is writing them down right now, it is left to that.
   *
   * @param history What was read of the system's reports.
   */
  ingest(history: Pick<FailureHistory, "panics">): Promise<IngestResult> {
    return Promise.try(() => this.#ingest(history.panics));
  }

  #read(): LedgerReading {
    return readPanicLedger(this.#ports, this.#path);
  }

  #ingest(panics: readonly PanicEvent[]): IngestResult {
    const path = this.#path;
    // Lines are only ever added: one that stood there a moment ago still does.
    const before = this.#recent ?? this.#read();
    this.#recent = undefined;
    if (path === undefined || before.unreadableSince !== undefined) {
      return { appendedCount: 0, findings: before.findings };
    }
    if (this.#linesToAdd(before, panics).length === 0) {
      return { appendedCount: 0, findings: before.findings };
    }
    const { store } = this.#ports;
    const owner = this.#ports.owner();
    let appendedCount = 0;
    try {
      // Not the lock of the appends themselves: they take that one.
      using lock = tryTakeSideLock(store, `${path}.ingest`, { owner });
      const lines = lock === undefined
        ? []
        // Another process may have been faster.
        : this.#linesToAdd(this.#read(), panics);
      for (const line of lines) {
        appendLine(store, path, encodePanicLedgerRecord(line), { owner });
        appendedCount += 1;
      }
      return { appendedCount, findings: before.findings };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return {
        appendedCount,
        findings: [
          ...before.findings,
          finding("ledger-not-written", plainText(error.message)),
        ],
      };
    }
  }

  /** Oldest first: panics that are new, and lines dated ahead of now, once more with the moment since when they are known. */
  #linesToAdd(
    reading: LedgerReading,
    panics: readonly PanicEvent[],
  ): readonly PanicLedgerRecord[] {
    const settled = reading.entries
      .filter((entry) => entry.isUnsettled)
      .map(({ record, at }) => ({ ...record, firstSeen: at }));
    const added = panicsNotIn(reading, panics)
      .map((panic) => this.#recordOf(panic))
      .sort((a, b) => a.ts - b.ts);
    return [...settled, ...added];
  }

  /** A time that is not the kernel's own may come to pass another way tomorrow; since when it is known never does. */
  #recordOf({ record, time }: PanicEvent): PanicLedgerRecord {
    const firstSeen = time.source === "calendar"
      ? undefined
      : time.source === "first-seen"
      ? time.at
      : this.#ports.clock.now();
    return { ...record, firstSeen, extra: new Map() };
  }
}
