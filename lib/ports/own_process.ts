/**
 * How this very program is started again: program and first arguments. `undefined` where it cannot be known, as in a
 * library that somebody bundled into a program of his own.
 */
export type SelfProgram = readonly [string, ...string[]] | undefined;

/** Set by whoever leaves a call behind that never ends, and so keeps the process from ending by itself. */
export interface HangMark {
  /** Whether there is one. */
  isSet: boolean;
}

/** This process and its program. */
export interface OwnProcess {
  /** How it is started again. */
  readonly self: SelfProgram;
  /** The kernel's release, e.g. `25.5.0`; empty where it is not told. */
  readonly systemVersion: string;
  /** Whether it can still end by itself. */
  readonly hang: HangMark;
}
