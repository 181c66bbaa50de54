import type { ChildEnd } from "./child_process.ts";

/** Signals that a guard passes on. */
export type ForwardedSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** How a program is started in our place. */
export interface ForegroundOptions {
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables set on top of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Gives it a session of its own, unless standard input is a terminal: there job control and `/dev/tty` have to work, and
   * what the terminal sends reaches it without us.
   *
   * @default false
   */
  readonly ownSession?: boolean;
  /** Shown what it writes to standard error; that goes on to ours, unchanged. */
  readonly onErrorOutput?: (chunk: Uint8Array) => void;
  /** Told of every INT, TERM, HUP and QUIT that reaches us until the child is disposed of. */
  readonly onSignal?: (signal: ForwardedSignal) => void;
  /**
   * Told that the child was stopped by a TSTP that reached us, or goes on by a CONT; only where it has a session of its own.
   * We ourselves stay awake: a program is not left without its guard.
   */
  readonly onPaused?: (isPaused: boolean) => void;
}

/** A program that runs in our place. */
export interface ForegroundChild extends Disposable {
  /** Its process id; it stays its until `end` has resolved. */
  readonly pid: number;
  /** How it ended. */
  readonly end: Promise<ChildEnd>;
  /** Signals it; nothing happens once it has ended. */
  signal(name: ForwardedSignal | "SIGKILL"): void;
}

/** Starting programs that have our standard streams, with a handle on them. */
export interface ForegroundChildren {
  /**
   * Starts a program. INT, TERM, HUP and QUIT that reach us go on to it, unless a terminal has sent them to it as well,
   * and end us no more until the child is disposed of.
   *
   * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
   */
  start(program: string, options: ForegroundOptions): ForegroundChild;
}
