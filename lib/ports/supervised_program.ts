import type { ForegroundChild } from "./foreground_child.ts";

/** Figures of a record. */
export type RunDetails = Readonly<Record<string, string | number | null>>;

/** How one program is started. */
export interface StartOptions {
  /** Variables set on top of ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Shown its standard error; left out where that is a terminal. */
  readonly onErrorOutput?: (chunk: Uint8Array) => void;
  /** Told of a signal from outside, which goes on to the program by itself. */
  readonly onSignal: (signal: string) => void;
  /** Told that it was stopped (TSTP), or goes on (CONT). */
  readonly onPaused?: (isPaused: boolean) => void;
  /** Told of its process before the program itself runs in it. */
  readonly onStarted: (child: ForegroundChild) => Promise<void>;
  /** Told that the program itself runs from now on. */
  readonly onLetGo: () => void;
  /** Told of a lost lock. */
  readonly onLockLost: (reason: string) => void;
}

/** A probe: whether the program still does its work. */
export interface ProbeOptions {
  /** Answers whether it does. */
  readonly isAlive: () => Promise<boolean>;
  /** Time between two, in milliseconds. */
  readonly intervalMs: number;
  /** Time before the first one, in milliseconds: a model has to load. */
  readonly firstAfterMs: number;
}
