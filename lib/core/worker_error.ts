import { MetalGuardError } from "./error.ts";
import type { ErrorClass, RecoveryHint } from "./failure.ts";

/** What is known of a worker's failure. */
export interface WorkerFailure {
  /** The model. */
  readonly modelId: string;
  /** The process; `null` when there was none yet. */
  readonly pid: number | null;
  /** Class of the failure by its text; `undefined` when nothing matched. */
  readonly errorClass: ErrorClass | undefined;
}

/** How a worker's process ended. */
export interface WorkerDeath extends WorkerFailure {
  /** Exit code; 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  /** Name of the signal that ended it, else `null`. */
  readonly signal: string | null;
  /** The end of what it printed, control characters taken out line by line. */
  readonly stderrTail: string;
  /** What it was doing, e.g. `load` or `generate`. */
  readonly doing: string;
}

/** A worker's process died, or was no worker at all. The next call starts it anew. */
export class WorkerCrashedError extends MetalGuardError {
  /** The model. */
  readonly modelId: string;
  /** The process. */
  readonly pid: number | null;
  /** Exit code; 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  /** Name of the signal that ended it, else `null`. */
  readonly signal: string | null;
  /** The end of what it printed. */
  readonly stderrTail: string;
  /** Class of the failure by what it printed; `undefined` when nothing matched. */
  readonly errorClass: ErrorClass | undefined;
  /** What a program should do next; `unknown` when nothing matched. */
  readonly recoveryHint: RecoveryHint;

  /** Wraps what is known about its end. */
  constructor(death: WorkerDeath, options?: ErrorOptions) {
    const how = death.signal ?? `exit code ${death.exitCode}`;
    const what = death.errorClass === undefined
      ? ""
      : ` (${death.errorClass.name}: ${death.errorClass.plainWords})`;
    super(
      "worker-crashed",
      `Cannot ${death.doing} ${death.modelId}: its worker ended with ${how}${what}`,
      options,
    );
    this.modelId = death.modelId;
    this.pid = death.pid;
    this.exitCode = death.exitCode;
    this.signal = death.signal;
    this.stderrTail = death.stderrTail;
    this.errorClass = death.errorClass;
    this.recoveryHint = death.errorClass?.recoveryHint ?? "unknown";
  }
}

/** A worker gave no answer in time. */
export class WorkerTimedOutError extends MetalGuardError {
  /** The model. */
  readonly modelId: string;
  /** The process. */
  readonly pid: number | null;
  /** How long it was given, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether it let itself be cancelled and lives on; else it was killed. */
  readonly isWorkerKept: boolean;

  /** Says what took too long. */
  constructor(
    timeout: {
      readonly modelId: string;
      readonly pid: number | null;
      readonly doing: string;
      readonly timeoutMs: number;
      readonly isWorkerKept: boolean;
    },
  ) {
    super(
      "worker-timed-out",
      `Cannot ${timeout.doing} ${timeout.modelId}: no answer within ${timeout.timeoutMs} ms; the worker ${
        timeout.isWorkerKept ? "was cancelled and lives on" : "was killed"
      }`,
    );
    this.modelId = timeout.modelId;
    this.pid = timeout.pid;
    this.timeoutMs = timeout.timeoutMs;
    this.isWorkerKept = timeout.isWorkerKept;
  }
}

/** The model's own code failed inside a worker that lives on. */
export class WorkerFailedError extends MetalGuardError {
  /** The model. */
  readonly modelId: string;
  /** The process. */
  readonly pid: number | null;
  /** Python's name of it, e.g. `RuntimeError`. */
  readonly pythonType: string;
  /** Class of the failure by its text; `undefined` when nothing matched. */
  readonly errorClass: ErrorClass | undefined;
  /** What a program should do next; `unknown` when nothing matched. */
  readonly recoveryHint: RecoveryHint;

  /** Wraps what the worker answered. */
  constructor(
    failure: WorkerFailure & {
      readonly doing: string;
      readonly pythonType: string;
      readonly message: string;
    },
  ) {
    super(
      "worker-failed",
      `Cannot ${failure.doing} ${failure.modelId}: ${failure.pythonType}: ${failure.message}`,
    );
    this.modelId = failure.modelId;
    this.pid = failure.pid;
    this.pythonType = failure.pythonType;
    this.errorClass = failure.errorClass;
    this.recoveryHint = failure.errorClass?.recoveryHint ?? "unknown";
  }
}
