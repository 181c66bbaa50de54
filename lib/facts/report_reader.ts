import { KIB } from "../core/bytes.ts";
import type { AbortKind, ErrorClass } from "../core/failure.ts";
import type { FailureTables } from "../parse/failure_text.ts";
import { parseGpuRestart } from "../parse/gpu_restart.ts";
import { parseJetsamEvent } from "../parse/jetsam_event.ts";
import {
  type PanicEvidence,
  parsePanicEvidence,
} from "../parse/panic_report.ts";
import { parseProcessReport } from "../parse/process_report.ts";
import { decodeReportBytes } from "../parse/report_text.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { ReportFile } from "./report_files.ts";

/** What one report tells. */
export type ReportText =
  | { readonly kind: "kernel_panic"; readonly report: PanicEvidence }
  | { readonly kind: "abort"; readonly failure: SurvivedFailure }
  | { readonly kind: "nothing" };

/** A failure that the machine survived, before its time is known. */
export interface SurvivedFailure {
  /** What it is. */
  readonly kind: AbortKind;
  /** Its class; `undefined` for a GPU reset whose cause the report does not show. */
  readonly errorClass: ErrorClass | undefined;
  /** Process id. */
  readonly pid: number | undefined;
  /** Process name. */
  readonly process: string | undefined;
  /** When, as the report says. */
  readonly timestamp: string | undefined;
}

/** The panic's text stands at the start; one read of this size holds it in most reports, the next one in nearly all. */
const FIRST_READ_BYTES = 8 * KIB;
const SECOND_READ_BYTES = 64 * KIB;
/** Shared by all first reads: each is decoded at once, and 2,000 buffers of their own cost as much as the reading. */
let buffer: Uint8Array<ArrayBuffer> | undefined;
/** Never more than this of one report: real ones reach several MB, of which the rest is a list of processes. */
const MAX_READ_BYTES = 512 * KIB;

/**
 * Reads one report and understands it as what its name says.
 *
 * @throws {FileError} If it cannot be read.
 */
export function readReport(
  ports: { readonly store: FileStore; readonly tables: FailureTables },
  file: Pick<ReportFile, "path" | "family">,
): ReportText {
  switch (file.family) {
    case "kernel_panic":
      return readPanic(ports, file.path);
    case "process_report": {
      const report = parseProcessReport(textOf(ports, file.path), ports.tables);
      return report.errorClass === undefined
        ? { kind: "nothing" }
        : { kind: "abort", failure: { ...report, kind: "process_abort" } };
    }
    case "gpu_restart": {
      const report = parseGpuRestart(textOf(ports, file.path), ports.tables);
      return { kind: "abort", failure: { ...report, kind: "gpu_restart" } };
    }
    case "jetsam_event": {
      const report = parseJetsamEvent(textOf(ports, file.path), ports.tables);
      return report.errorClass === undefined
        ? { kind: "nothing" }
        : { kind: "abort", failure: { ...report, kind: "jetsam_kill" } };
    }
  }
}

/** A file named like a panic may hold an abort's text instead; anything else counts as a panic, known or not. */
function readPanic(
  ports: { readonly store: FileStore; readonly tables: FailureTables },
  path: string,
): ReportText {
  const report = readEvidence(ports, path);
  if (report.isKernelPanic || report.abortClass === undefined) {
    return { kind: "kernel_panic", report };
  }
  return {
    kind: "abort",
    failure: {
      kind: "process_abort",
      errorClass: report.abortClass,
      pid: report.pid,
      process: report.process,
      timestamp: report.headerTimestamp,
    },
  };
}

/** Reads on as long as the panic's text does not end. */
function readEvidence(
  { store, tables }: {
    readonly store: FileStore;
    readonly tables: FailureTables;
  },
  path: string,
): PanicEvidence {
  buffer ??= new Uint8Array(FIRST_READ_BYTES);
  let maxBytes = FIRST_READ_BYTES;
  let head = store.readHead(path, maxBytes, buffer);
  for (;;) {
    const report = parsePanicEvidence(decodeReportBytes(head), tables);
    const isAll = head.length < maxBytes || maxBytes === MAX_READ_BYTES;
    if (report.hasWholePanicText || isAll) return report;
    maxBytes = maxBytes === FIRST_READ_BYTES
      ? SECOND_READ_BYTES
      : MAX_READ_BYTES;
    head = store.readHead(path, maxBytes);
  }
}

function textOf(ports: { readonly store: FileStore }, path: string): string {
  return decodeReportBytes(ports.store.readHead(path, MAX_READ_BYTES));
}
