import type { ChildEnd, ChildOptions } from "./child_process.ts";

/** A program whose standard streams are ours. */
export interface PipedChild {
  /** Its process id; it stays its until `end` has resolved. */
  readonly pid: number;
  /** What it prints. Read it, or it will wait for ever on a full pipe; somebody whom it started may hold it open. */
  readonly stdout: ReadableStream<Uint8Array>;
  /** The same for standard error. */
  readonly stderr: ReadableStream<Uint8Array>;
  /** How it ended. */
  readonly end: Promise<ChildEnd>;
  /** Writes to its standard input; answers whether it was taken, which is no longer so once the program has ended. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Ends its standard input. */
  closeInput(): Promise<void>;
  /** Signals it; nothing happens once it has ended. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** Starting programs that we talk to. No shell is ever involved. */
export interface PipedChildren {
  /**
   * Starts a program.
   *
   * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
   */
  start(program: string, options: ChildOptions): PipedChild;
}
