import { FileError } from "../core/error.ts";
import type { AbortRecord } from "../core/failure.ts";
import { type Finding, finding } from "../core/finding.ts";
import {
  addMs,
  DAY_MS,
  earlier,
  epochSeconds,
  isSane,
} from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import { tryParseCivilTime } from "../parse/civil_time.ts";
import type { FailureTables } from "../parse/failure_text.ts";
import type { PanicEvidence } from "../parse/panic_report.ts";
import { civilTimeOf, type ReportFamily } from "../parse/report_name.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import {
  type EventTime,
  isBelievable,
  resolveEventTime,
  type TimeCandidates,
} from "./event_time.ts";
import type { FirstSight } from "./first_sight.ts";
import type { ReportDigests } from "./report_digests.ts";
import { mergePanics, type PanicEvent } from "./panic_merge.ts";
import {
  listReports,
  type ReportFile,
  type UnreadableEvidence,
} from "./report_files.ts";
import {
  readReport,
  type ReportText,
  type SurvivedFailure,
} from "./report_reader.ts";

/** Report folders, in order; `isEvidence` where kernel panics are expected. */
export type FailureFolders = readonly {
  readonly path: string;
  readonly isEvidence: boolean;
}[];

/** What is to be read. */
export interface FailureQuery {
  /** Where. */
  readonly folders: FailureFolders;
  /** How far back kernel panics matter. */
  readonly panicsWithinMs: number;
  /** How far back survived failures matter; 0 leaves them unread. */
  readonly abortsWithinMs: number;
}

/** Everything the machine's own records tell of failures. */
export interface FailureHistory {
  /** Kernel panics, one a crash, newest first. */
  readonly panics: readonly PanicEvent[];
  /** Failures the machine survived, newest first. */
  readonly aborts: readonly AbortRecord[];
  /** Kernel-panic evidence that exists and could not be read. */
  readonly unreadable: readonly UnreadableEvidence[];
  /** Everything else that is out of order. */
  readonly findings: readonly Finding[];
}

/** What {@linkcode readFailureHistory} works with. */
export interface FailurePorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now, and the local zone. */
  readonly clock: Clock;
  /** Signatures and classes. */
  readonly tables: FailureTables;
  /** Times of things that have none. */
  readonly firstSight: FirstSight;
  /** Since when a panic is known, by the ledger; no later time of its report is believed (SAFETY T1). */
  readonly firstSeen?: FirstSeen;
  /** What reports said when they were read before; left out, each is read. */
  readonly digests?: ReportDigests;
}

/**
 * Since when a panic is known.
 *
 * @param sourceFile Path of its report.
 * @param bootSessionUuid The boot that ended; `null` when the report does not say.
 * @returns The moment, or `undefined` when nobody wrote it down.
 */
export type FirstSeen = (
  sourceFile: string,
  bootSessionUuid: string | null,
) => Temporal.Instant | undefined;

/** A `*.panic` that cannot be opened matters when it changed within this time (SPEC 4.3). */
const EVIDENCE_WINDOW_MS = 3 * DAY_MS;

/**
 * Reads every failure report that may tell of the time asked for.
 *
 * Fails closed: what exists and cannot be read is reported as unreadable, never as "nothing there".
 */
export function readFailureHistory(
  ports: FailurePorts,
  query: FailureQuery,
): FailureHistory {
  const families = new Set<ReportFamily>(["kernel_panic"]);
  if (query.abortsWithinMs > 0) {
    for (const family of ABORT_FAMILIES) families.add(family);
  }
  const withinMs = Math.max(query.panicsWithinMs, query.abortsWithinMs);
  const listing = listReports(ports, {
    folders: query.folders,
    withinMs,
    families,
  });
  if (listing.files.length === 0) {
    const { unreadable, findings } = listing;
    return { panics: [], aborts: [], unreadable, findings };
  }
  const gathered = new Gathered(ports);
  for (const file of listing.files) gathered.add(file);
  const now = ports.clock.now();
  const panicsSince = epochSeconds(addMs(now, -query.panicsWithinMs));
  const abortsSince = epochSeconds(addMs(now, -query.abortsWithinMs));
  return {
    panics: mergePanics(gathered.panics).filter((panic) =>
      panic.record.ts >= panicsSince
    ),
    aborts: distinctAborts(gathered.aborts)
      .filter((abort) => abort.ts >= abortsSince)
      .sort((a, b) => b.ts - a.ts),
    unreadable: [...listing.unreadable, ...gathered.unreadable],
    findings: [...listing.findings, ...gathered.findings()],
  };
}

const ABORT_FAMILIES = [
  "process_report",
  "gpu_restart",
  "jetsam_event",
] as const;

/** Collects what the reports say, one after the other. */
class Gathered {
  readonly panics: PanicEvent[] = [];
  readonly aborts: AbortRecord[] = [];
  readonly unreadable: UnreadableEvidence[] = [];
  readonly #findings: Finding[] = [];
  readonly #ports: FailurePorts;
  #othersUnreadable = 0;

  constructor(ports: FailurePorts) {
    this.#ports = ports;
  }

  /** Reads one report, or what is known of it. */
  add(file: ReportFile): void {
    const { digests, store } = this.#ports;
    const stat = digests === undefined || file.family !== "kernel_panic"
      ? undefined
      // Looked at before it is read: what changes in between has another mark afterwards.
      : file.stat ?? tryStat(store, file.path);
    const digest = stat === undefined
      ? undefined
      : digests?.find(file.path, stat);
    if (digest !== undefined) {
      this.#addPanic(file, digest);
      return;
    }
    let text: ReportText;
    try {
      text = readReport(this.#ports, file);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#addUnreadable(file, error);
      return;
    }
    if (stat !== undefined && text.kind === "kernel_panic") {
      digests?.keep(file.path, stat, text.report);
    }
    if (text.kind === "kernel_panic") this.#addPanic(file, text.report);
    else if (text.kind === "abort") this.#addAbort(file, text.failure);
  }

  /** What was out of order; reports of others that cannot be opened are one finding, not hundreds. */
  findings(): readonly Finding[] {
    return this.#othersUnreadable === 0 ? this.#findings : [
      ...this.#findings,
      finding(
        "reports-unreadable",
        `${this.#othersUnreadable} reports of aborts or Jetsam kills could not be opened; kernel panics are not among them`,
      ),
    ];
  }

  #addAbort(file: ReportFile, failure: SurvivedFailure): void {
    const time = this.#timeOf(file, {
      calendarAt: undefined,
      headerTimestamp: failure.timestamp,
    });
    this.aborts.push({
      ts: epochSeconds(time.at),
      kind: failure.kind,
      errorClass: failure.errorClass?.name ?? "unknown",
      severity: failure.errorClass?.severity ?? null,
      recoveryHint: failure.errorClass?.recoveryHint ?? "unknown",
      pid: failure.pid ?? null,
      process: failure.process ?? null,
      sourceFile: file.path,
    });
  }

  #addPanic(file: ReportFile, report: PanicEvidence): void {
    const seen = this.#ports.firstSeen?.(
      file.path,
      report.bootSessionUuid ?? null,
    );
    const time = this.#timeOf(file, report, seen);
    if (!report.isKernelPanic && report.abortClass === undefined) {
      this.#findings.push(finding(
        "report-without-panic",
        `${
          plainText(file.path)
        } is named like a kernel panic but says nothing of one`,
        `Look at it:\n$ head -c 2000 ${shellWord(file.path)}`,
      ));
    }
    const { signature } = report;
    this.panics.push({
      time,
      signature,
      record: {
        ts: epochSeconds(time.at),
        signature: signature?.id ?? "unknown",
        explanation: signature?.explanation ?? null,
        pid: report.pid ?? null,
        sourceFile: file.path,
        bootSessionUuid: report.bootSessionUuid ?? null,
        process: report.process ?? null,
        osBuild: report.osBuild ?? null,
        kextVersion: report.iogpuVersion ?? null,
      },
      sourceFiles: [file.path],
    });
  }

  #timeOf(
    file: ReportFile,
    report: Pick<PanicEvidence, "calendarAt" | "headerTimestamp">,
    seen?: Temporal.Instant,
  ): EventTime {
    const { calendarAt, headerTimestamp } = report;
    const { clock, firstSight } = this.#ports;
    const now = seen === undefined ? clock.now() : earlier(seen, clock.now());
    // The usual case: the kernel's own clock was right, and nothing had to be remembered of any report.
    if (
      calendarAt !== undefined && firstSight.isEmpty &&
      isBelievable(calendarAt, now)
    ) return { at: calendarAt, source: "calendar" };
    const key = `${file.path}\n${
      calendarAt?.epochMilliseconds ?? headerTimestamp
    }`;
    return resolveEventTime(
      timeCandidates(this.#ports, file, report),
      now,
      {
        recall: () => {
          const kept = firstSight.recall(key);
          return kept !== undefined && isSane(kept.at, now) ? kept : undefined;
        },
        keep: (time) => firstSight.keep(key, time),
      },
    );
  }

  #addUnreadable(file: ReportFile, error: FileError): void {
    if (error.problem === "absent") return;
    if (file.family !== "kernel_panic") {
      this.#othersUnreadable += 1;
      return;
    }
    const { clock, store } = this.#ports;
    const modifiedAt = tryStat(store, file.path)?.modifiedAt;
    const since = addMs(clock.now(), -EVIDENCE_WINDOW_MS);
    const isOld = modifiedAt !== undefined &&
      Temporal.Instant.compare(modifiedAt, since) < 0;
    if (isOld || !file.isEvidence) {
      this.#findings.push(finding("report-unreadable", error.message));
    } else {
      this.unreadable.push({
        path: file.path,
        message: error.message,
        fix: `Give this user access:\n$ sudo chmod o+r ${shellWord(file.path)}`,
      });
    }
  }
}

/** One file reached by two folders is one failure. */
function distinctAborts(aborts: readonly AbortRecord[]): AbortRecord[] {
  const distinct = new Map<string, AbortRecord>();
  for (const abort of aborts) {
    const name = abort.sourceFile.slice(abort.sourceFile.lastIndexOf("/") + 1);
    const key = `${Math.floor(abort.ts)} ${abort.pid} ${abort.kind} ${name}`;
    if (!distinct.has(key)) distinct.set(key, abort);
  }
  return [...distinct.values()];
}

/** Every time that a report and its file give, asked one after the other. */
function timeCandidates(
  ports: FailurePorts,
  file: ReportFile,
  report: Pick<PanicEvidence, "calendarAt" | "headerTimestamp">,
): TimeCandidates {
  const { clock, store } = ports;
  const civil = (text: string | undefined): readonly Temporal.Instant[] => {
    const readings = text === undefined
      ? undefined
      : tryParseCivilTime(text, clock.timeZone());
    // Of two possible hours the later one holds longer.
    return readings === undefined ? [] : [readings.later, readings.earlier];
  };
  const stat = lazily(() => tryStat(store, file.path));
  return {
    calendar: () => given(report.calendarAt),
    header: () => civil(report.headerTimestamp),
    "file-name": () =>
      civil(file.stamp === undefined ? undefined : civilTimeOf(file.stamp)),
    modified: () => given(stat()?.modifiedAt),
    changed: () => given(stat()?.changedAt),
  };
}

function given(
  at: Temporal.Instant | undefined,
): readonly Temporal.Instant[] {
  return at === undefined ? [] : [at];
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
