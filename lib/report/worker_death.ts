import type { ErrorClass } from "../core/failure.ts";

/** What the breadcrumb log says of a worker's unexpected end. */
export interface WorkerObituary {
  /** The model. */
  readonly modelId: string;
  /** The process. */
  readonly pid: number;
  /** Exit code; 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  /** Name of the signal that ended it, else `null`. */
  readonly signal: string | null;
  /** Why we killed it; `undefined` when we did not. */
  readonly killedBecause: string | undefined;
  /** Class of the failure; `undefined` when nothing matched. */
  readonly errorClass: ErrorClass | undefined;
  /** Where its Python was, innermost first; none where it left no dump. */
  readonly frames: readonly string[];
  /** Whether it had begun to use the GPU and not said that it was done. */
  readonly isBusy: boolean;
}

/** One line for the breadcrumb log. */
export interface Crumb {
  /** e.g. `SIGABRT`. */
  readonly tag: string;
  /** What it is about. */
  readonly payload: string;
  /** Figures beside it. */
  readonly meta: Readonly<Record<string, string | number>>;
}

/**
 * Lines for the breadcrumb log about a worker that died, in the order in which they are written: what it was doing when
 * the process aborted, its end, and the end of what it had begun, so that nobody looks for it any more.
 */
export function workerDeathCrumbs(death: WorkerObituary): readonly Crumb[] {
  const { modelId, pid } = death;
  const how = death.signal ?? `exit ${death.exitCode}`;
  const meta = {
    pid,
    ["error_class"]: death.errorClass?.name ?? "unknown",
    ["exit_code"]: death.exitCode,
  };
  const crumbs: Crumb[] = [];
  if (death.signal === "SIGABRT") {
    const where = death.frames.length === 0 ? "no stack" : death.frames
      .join(" < ");
    crumbs.push({ tag: "SIGABRT", payload: `${modelId}: ${where}`, meta });
  }
  const why = death.killedBecause === undefined
    ? ""
    : ` (killed: ${death.killedBecause})`;
  crumbs.push({
    tag: "SUBPROCESS_WORKER",
    payload: `${modelId} ended by ${how}${why}`,
    meta,
  });
  if (death.isBusy) {
    crumbs.push({ tag: "SUBPROC_POST", payload: modelId, meta });
  }
  return crumbs;
}
