/** When a process started, in the terms of whoever was asked. Only tokens of one kind can be compared (SAFETY I1). */
export interface StartToken {
  /** `libproc`, `proc` or `ps`; any other kind is one that we cannot compare. */
  readonly kind: string;
  /** What that source said. */
  readonly value: string;
}

/** A process for good: a pid alone is given to somebody else one day. */
export interface ProcessIdentity {
  /** Its number. */
  readonly pid: number;
  /** When it started. */
  readonly startToken: StartToken;
}

/** What two tokens of one pid say about the two processes. */
export type TokenComparison = "same" | "different" | "incomparable";

/**
 * Compares when two processes of one pid started.
 *
 * Fails closed: tokens that are missing or of different kinds are `incomparable`, which callers have to count as alive and
 * never signal (SAFETY I1).
 */
export function compareStartTokens(
  a: StartToken | undefined,
  b: StartToken | undefined,
): TokenComparison {
  if (a === undefined || b === undefined || a.kind !== b.kind) {
    return "incomparable";
  }
  return a.value === b.value ? "same" : "different";
}

/** What the system says about one process. */
export interface ProcessFacts {
  /** Its number. */
  readonly pid: number;
  /** Who started it, or took it over. */
  readonly parentPid: number;
  /** Effective user. */
  readonly userId: number;
  /** When it started, for comparing. */
  readonly startToken: StartToken;
  /** When it started by today's wall clock, to a second or so. */
  readonly startedAt: Temporal.Instant;
  /** Names that it goes by, e.g. `python3.12`; more than one where the kernel's and its own differ. */
  readonly names: readonly string[];
  /** Its command line, the program first; cut at blanks where the system gives one text. */
  readonly args: readonly string[];
}

/** What there is under one pid. */
export type ProcessReading =
  /** A process that runs, sleeps or is stopped. */
  | { readonly kind: "alive"; readonly facts: ProcessFacts }
  /** It has ended and waits for its parent to ask how: it uses nothing any more. */
  | { readonly kind: "zombie" }
  /** There is none. */
  | { readonly kind: "gone" }
  /** The system did not say; callers have to count it as alive. */
  | { readonly kind: "unknown"; readonly because: string };
