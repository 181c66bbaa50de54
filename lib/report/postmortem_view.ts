import type { AbortRecord, PanicRecord } from "../core/failure.ts";
import type { Finding } from "../core/finding.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { RunningBefore } from "../policy/running_before.ts";

/** One kernel panic, with what ran when it came. */
export interface PanicView {
  /** When. */
  readonly at: Temporal.Instant;
  /** What its report says. */
  readonly record: PanicRecord;
  /** Whether the GPU driver is to blame. */
  readonly isGpu: boolean;
  /** What it means, in plain words; `null` for an unknown cause. */
  readonly plainWords: string | null;
  /** What a person should do next; `null` for an unknown cause. */
  readonly nextStep: string | null;
  /** Issues upstream. */
  readonly upstream: readonly string[];
  /** What the kernel said; `null` where its report was not read so closely. */
  readonly panicLine: string | null;
  /** What ran. */
  readonly running: RunningBefore;
}

/** One file of the bundle. */
export interface ArtefactView {
  /** Its name. */
  readonly name: string;
  /** What it holds. */
  readonly words: string;
  /** Its size; `null` where it was not written. */
  readonly sizeBytes: number | null;
  /** Why it could not be written; `null` where it was. */
  readonly failure: string | null;
  /** Whether its end is missing. */
  readonly isCut: boolean;
  /** Whether it is of an earlier run. */
  readonly isKept: boolean;
}

/** One line of the breadcrumb log, as a page shows it. */
export interface CrumbView {
  /** When. */
  readonly at: Temporal.Instant;
  /** e.g. `SUBPROC_PRE`. */
  readonly tag: string;
  /** What it is about. */
  readonly payload: string;
  /** Figures beside it. */
  readonly figures: string;
}

/** A stretch of work: from its start to its end, or to the panic. */
export interface WorkSpan {
  /** What. */
  readonly what: string;
  /** When it began. */
  readonly from: Temporal.Instant;
  /** When it ended; `null` when it never did. */
  readonly to: Temporal.Instant | null;
}

/** Figures of memory over time. */
export interface MemorySeries {
  /** What was measured, e.g. `Footprint`. */
  readonly label: string;
  /** Readings, oldest first. */
  readonly points: readonly {
    readonly at: Temporal.Instant;
    readonly bytes: number;
  }[];
}

/** Everything that the index of a bundle shows. What is private has been taken out already. */
export interface PostmortemView {
  /** Version of the program. */
  readonly version: string;
  /** When it was collected. */
  readonly collectedAt: Temporal.Instant;
  /** The local zone. */
  readonly timeZone: string;
  /** Whether private words were taken out. */
  readonly isRedacted: boolean;
  /** Kernel panics of the last 72 h, newest first. */
  readonly panics: readonly PanicView[];
  /** GPU panics of the last 24 h. */
  readonly gpuPanicCount: number;
  /** Failures that the machine survived. */
  readonly aborts: readonly AbortRecord[];
  /** The gate's answer; `null` where it could not be asked. */
  readonly gate: CooldownVerdict | null;
  /** What the machine is, in rows of a name and words. */
  readonly machine: readonly (readonly [string, string])[];
  /** Lines of the log before the newest panic, or the last ones. */
  readonly crumbs: readonly CrumbView[];
  /** Work of the last 72 h. */
  readonly work: readonly WorkSpan[];
  /** Memory over time. */
  readonly memory: readonly MemorySeries[];
  /** Files of the bundle. */
  readonly artefacts: readonly ArtefactView[];
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** The panic that the page is about: the newest of the GPU driver, else the newest. */
export function subjectOf(view: PostmortemView): PanicView | undefined {
  return view.panics.find((panic) => panic.isGpu) ?? view.panics[0];
}
