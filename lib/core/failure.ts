/** How bad a failure is, in the terms of the seed and of SPEC 2.7. */
export type Severity =
  | "kernel_panic"
  | "process_abort"
  | "command_buffer_oom"
  | "gpu_hang"
  | "gpu_page_fault"
  | "descriptor_leak"
  | "gpu_timeout"
  | "system_oom";

/** What a program should do next. */
export type RecoveryHint =
  | "wait_lockout"
  | "respawn_now"
  | "force_reload"
  | "reduce_load"
  | "unknown";

/** One known way in which MLX work dies. */
export interface ErrorClass {
  /** Stable name, e.g. `iogpu_prepare_count_underflow`. */
  readonly name: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** What a program should do next. */
  readonly recoveryHint: RecoveryHint;
  /** Upstream issues, e.g. `ml-explore/mlx#3186`. */
  readonly upstream: readonly string[];
  /** What it means, for somebody who never heard of Metal. */
  readonly plainWords: string;
  /** What a person should do next. */
  readonly nextStep: string;
}

/** What a kernel panic's text gave away about its cause. */
export interface PanicSignature {
  /** Stable name, e.g. `prepare_count_underflow`. */
  readonly id: string;
  /** One line of explanation, as it goes into the ledger. */
  readonly explanation: string;
  /** Whether the GPU driver is to blame, so that the gate stops. */
  readonly stopsGate: boolean;
  /** Whether it may be the GPU's fault but cannot be proved from the text (SPEC 4.6). */
  readonly isSuspect: boolean;
  /** The class that carries words and hints for it. */
  readonly errorClass: ErrorClass;
}

/** Every kernel panic, known or not, as callers and the ledger hold it. */
export interface PanicRecord {
  /** When it happened, in epoch seconds (fraction kept). */
  readonly ts: number;
  /** Signature, or `unknown`. */
  readonly signature: string;
  /** One line of explanation, `null` without a signature. */
  readonly explanation: string | null;
  /** The panicked task; it may be a bystander. `null` when the report does not say. */
  readonly pid: number | null;
  /** Path of the report. */
  readonly sourceFile: string;
  /** Identity of the boot that ended, `null` when the report does not say. */
  readonly bootSessionUuid: string | null;
  /** Name of the panicked task. */
  readonly process: string | null;
  /** e.g. `25F84`. */
  readonly osBuild: string | null;
  /** Version of `com.apple.iokit.IOGPUFamily`, e.g. `130.15.2`. */
  readonly kextVersion: string | null;
}

/** What {@linkcode AbortRecord} may tell of. */
export type AbortKind = "process_abort" | "gpu_restart" | "jetsam_kill";

/** A failure that the machine survived. */
export interface AbortRecord {
  /** When it happened, in epoch seconds. */
  readonly ts: number;
  /** A process that died, a GPU that was reset, or a process that the system ended for memory. */
  readonly kind: AbortKind;
  /** Name of its {@linkcode ErrorClass}, or `unknown`. */
  readonly errorClass: string;
  /** How bad it is; `null` when unknown. */
  readonly severity: Severity | null;
  /** What to do next. */
  readonly recoveryHint: RecoveryHint;
  /** The process that died. */
  readonly pid: number | null;
  /** Its name. */
  readonly process: string | null;
  /** Path of the report. */
  readonly sourceFile: string;
}
