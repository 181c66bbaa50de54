/** A run's report as it was read back; what it does not say is `null`. */
export interface RunReportFile {
  /** `running` or `ended`. */
  readonly status: string;
  /** When it began. */
  readonly startedAt: string | null;
  /** When it ended. */
  readonly endedAt: string | null;
  /** With which code. */
  readonly exitCode: number | null;
  /** Why the guard ended it. */
  readonly cause: string | null;
  /** What happened, in plain words. */
  readonly words: string;
  /** How often the program was started. */
  readonly attempts: number | null;
  /** Highest footprint, in bytes. */
  readonly peakBytes: number | null;
  /** Limit of the footprint, in bytes. */
  readonly limitBytes: number | null;
  /** What to limit the next run to, in bytes. */
  readonly recommendedBytes: number | null;
  /** What to do next. */
  readonly nextStep: string | null;
  /** What happened, oldest first. */
  readonly events: readonly {
    readonly at: string;
    readonly kind: string;
    readonly reason: string | null;
  }[];
}
