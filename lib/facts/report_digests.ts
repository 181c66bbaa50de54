import { KIB, MIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import type { FailureTables } from "../parse/failure_text.ts";
import type { PanicEvidence } from "../parse/panic_report.ts";
import {
  type DigestLines,
  encodeReportDigest,
  encodeReportDigests,
  type FileMark,
  modifiedMsOf,
  splitReportDigests,
  tryDecodeReportDigest,
} from "../parse/state/report_digests.ts";
import type { Clock } from "../ports/clock.ts";
import { isPlainlyAbsent, tryStat } from "../ports/file_look.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";

/** What {@linkcode ReportDigests} works with. */
export interface ReportDigestPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now. */
  readonly clock: Clock;
  /** Whose revision the digests must have. */
  readonly tables: FailureTables;
  /** Whom the file is given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** The newest stand at the end; a gate after five panics needs two of these. */
const FIRST_READ_BYTES = 16 * KIB;
const MAX_READ_BYTES = 2 * MIB;
/** More reports of panics than this are on no Mac; the oldest are read each time. */
const MOST_DIGESTS = 4_000;
/** A file that changed this lately may change again within the same tick of its disk's clock. */
const SETTLED_AFTER_MS = 2_000;

/**
 * What reports said when they were read: a Mac that panics asks for the same reports at every start of every job, and
 * they never change again.
 *
 * It can only repeat what a report said: kept are kernel panics alone, whole ones, by the program that would read the
 * report now, and any change of the file, also of its permissions, has it read again. A file that is damaged, foreign or
 * cannot be written costs time and nothing else.
 */
export class ReportDigests {
  readonly #ports: ReportDigestPorts;
  readonly #path: string | undefined;
  #tail: ReadLines | undefined;
  #all: ReadLines | undefined;
  readonly #fresh = new Map<string, string>();

  /** Made by the guard, once. */
  constructor(ports: ReportDigestPorts, path: string | undefined) {
    this.#ports = ports;
    this.#path = path;
  }

  /**
   * What a report says, if that is known.
   *
   * @param path Of the report.
   * @param stat The report as it is now.
   */
  find(path: string, stat: FileStat): PanicEvidence | undefined {
    if (this.#path === undefined) return undefined;
    this.#tail ??= this.#read(FIRST_READ_BYTES);
    let line = this.#tail.lines.get(path);
    if (line === undefined && this.#tail.isCut) {
      this.#all ??= this.#read(MAX_READ_BYTES);
      line = this.#all.lines.get(path);
    }
    if (line === undefined) return undefined;
    const digest = tryDecodeReportDigest(
      line,
      this.#ports.tables.findSignature,
    );
    return digest !== undefined && isSame(digest.mark, markOf(stat))
      ? digest.report
      : undefined;
  }

  /**
   * Keeps what a report says, in memory.
   *
   * @param path Of the report.
   * @param stat The report before it was read.
   * @param report What it said; anything but a whole kernel panic is not kept.
   */
  keep(path: string, stat: FileStat, report: PanicEvidence): void {
    const mark = markOf(stat);
    const now = this.#ports.clock.now().epochMilliseconds;
    const isSettled = Math.max(mark.modifiedMs, mark.changedMs ?? 0) <
      now - SETTLED_AFTER_MS;
    if (!isSettled || !report.isKernelPanic || !report.hasWholePanicText) {
      return;
    }
    const line = encodeReportDigest(path, { mark, report });
    if (line !== undefined) this.#fresh.set(path, line);
  }

  /** Writes down what was kept. Fails open: what cannot be written is read from its report the next time. */
  save(): void {
    if (this.#path === undefined || this.#fresh.size === 0) return;
    // Another process may have written since.
    const lines = new Map([
      ...this.#read(MAX_READ_BYTES).lines,
      ...this.#fresh,
    ]);
    const newestLast = [...lines.values()]
      .map((line) => ({ line, at: modifiedMsOf(line) }))
      .sort((a, b) => a.at - b.at)
      .slice(-MOST_DIGESTS)
      .map(({ line }) => line);
    this.#fresh.clear();
    try {
      replaceFile(
        this.#ports.store,
        this.#path,
        encodeReportDigests(newestLast, this.#ports.tables.revision),
        { owner: this.#ports.owner() },
      );
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }

  #read(maxBytes: number): ReadLines {
    const path = this.#path;
    const { store, tables } = this.#ports;
    if (path === undefined || isPlainlyAbsent(store, path)) return NOTHING;
    try {
      // A FIFO would never answer.
      if (tryStat(store, path)?.kind !== "file") return NOTHING;
      const bytes = store.readTail(path, maxBytes);
      const isCut = bytes.length === maxBytes;
      const text = new TextDecoder().decode(bytes);
      const read = splitReportDigests(
        isCut ? text.slice(text.indexOf("\n") + 1) : text,
      );
      return read.revision === tables.revision ? { ...read, isCut } : NOTHING;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return NOTHING;
    }
  }
}

/** Lines of the file, or of its end. */
interface ReadLines extends DigestLines {
  /** Whether there is more in front. */
  readonly isCut: boolean;
}

const NOTHING: ReadLines = {
  lines: new Map(),
  revision: undefined,
  isCut: false,
};

function markOf(stat: FileStat): FileMark {
  return {
    sizeBytes: stat.sizeBytes,
    modifiedMs: stat.modifiedMs,
    changedMs: stat.changedMs ?? null,
    identity: stat.identity,
  };
}

function isSame(one: FileMark, other: FileMark): boolean {
  return one.sizeBytes === other.sizeBytes &&
    one.modifiedMs === other.modifiedMs &&
    one.changedMs === other.changedMs && one.identity === other.identity;
}
