import { MetalGuardError } from "./error.ts";

/** Who says that they use the GPU, as callers hold it. */
export interface LockHolder {
  /** The process that uses the GPU. */
  readonly pid: number;
  /** What it does, e.g. `mlx_subprocess_runner:<model>`. */
  readonly label: string;
  /** When it took the lock. */
  readonly startedAt: Temporal.Instant;
  /** Its command line, secrets masked by whoever wrote it. */
  readonly commandLine: string;
  /** The guard around it, `null` for a record of the Python tool. */
  readonly guardPid: number | null;
  /** Hash of its machine, `null` for a record of the Python tool. */
  readonly host: string | null;
}

/** What is known when a lock cannot be had. */
export interface LockConflict {
  /** Who holds it; `undefined` when that cannot be read. */
  readonly holder: LockHolder | undefined;
  /** What stands in the way, as a sentence without its end. */
  readonly reason: string;
  /** `force` asked the holder to end, and it lives on. @default false */
  readonly forceTimedOut?: boolean;
  /** `force` may not signal the holder. @default false */
  readonly forcePermissionDenied?: boolean;
}

/** Somebody else uses the GPU. */
export class LockHeldError extends MetalGuardError {
  /** Who holds it; `undefined` when that cannot be read. */
  readonly holder: LockHolder | undefined;
  /** What stands in the way. */
  readonly reason: string;
  /** `force` asked the holder to end, and it lives on. */
  readonly forceTimedOut: boolean;
  /** `force` may not signal the holder. */
  readonly forcePermissionDenied: boolean;

  /** Wraps what is known about the conflict. */
  constructor(conflict: LockConflict) {
    super("refused", `Cannot take the GPU lock: ${conflict.reason}`);
    this.holder = conflict.holder;
    this.reason = conflict.reason;
    this.forceTimedOut = conflict.forceTimedOut ?? false;
    this.forcePermissionDenied = conflict.forcePermissionDenied ?? false;
  }
}
