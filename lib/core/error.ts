import type { Verdict } from "./verdict.ts";

/** Stable identifiers that callers may switch on. */
export type ErrorCode =
  | "refused"
  | "file-failed"
  | "not-decodable"
  | "usage"
  | "child-failed"
  | "gpu-memory"
  | "worker-crashed"
  | "worker-timed-out"
  | "worker-failed";

/** Base of every error that metal-guard throws on purpose. */
export class MetalGuardError extends Error {
  /** What went wrong, for programs. */
  readonly code: ErrorCode;

  /** Used by subclasses, and where there is nothing to carry but words. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A policy answered "not now" or "not at all". */
export class RefusedError extends MetalGuardError {
  /** Which layer refused, e.g. `panic_cooldown`. */
  readonly layer: string;
  /** The answer, with its reason and, for a wait, its end. */
  readonly verdict: Exclude<Verdict, { kind: "proceed" }>;

  /** Wraps the verdict of `layer`. */
  constructor(layer: string, verdict: Exclude<Verdict, { kind: "proceed" }>) {
    super("refused", `Cannot start GPU work: ${layer}: ${verdict.reason}`);
    this.layer = layer;
    this.verdict = verdict;
  }
}

/** Why a file could not be reached, in terms a layer can decide on. */
export type FileProblem =
  | "absent"
  | "denied"
  | "not-a-folder"
  | "not-a-file"
  | "exists"
  | "link-loop"
  | "disk-full"
  | "read-only"
  | "other";

/** One file operation failed. */
export class FileError extends MetalGuardError {
  /** What stood in the way. */
  readonly problem: FileProblem;
  /** The path that was asked for. */
  readonly path: string;

  /** Wraps one failed operation, e.g. `Cannot read /x: permission denied`. */
  constructor(
    problem: FileProblem,
    path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super("file-failed", message, options);
    this.problem = problem;
    this.path = path;
  }
}

/** Text that should have been one of our files is not. */
export class DecodeError extends MetalGuardError {
  /** Says which file form was expected and what stood there. */
  constructor(message: string, options?: ErrorOptions) {
    super("not-decodable", message, options);
  }
}
