/** How one program ended. */
export interface ChildEnd {
  /** Exit code; 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  /** Name of the signal that ended it, else `null`. */
  readonly signal: string | null;
}

/** What a finished program printed. */
export interface ChildOutput extends ChildEnd {
  /** Its standard output, cut at `maxBytes`. */
  readonly stdout: string;
  /** Its standard error, cut at `maxBytes`. */
  readonly stderr: string;
  /** Whether it was ended because `timeoutMs` had passed. */
  readonly timedOut: boolean;
}

/** How a program is started. No shell is ever involved. */
export interface ChildOptions {
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables set on top of ours; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Starting other programs. */
export interface ChildProcesses {
  /**
   * Runs a program and collects what it prints.
   *
   * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
   */
  capture(
    program: string,
    options: ChildOptions & {
      readonly timeoutMs: number;
      /** Most bytes kept of each stream. */
      readonly maxBytes?: number;
    },
  ): Promise<ChildOutput>;
  /**
   * Runs a program in our place: it has our standard streams, and INT, TERM, HUP and QUIT are passed on.
   *
   * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
   */
  passThrough(program: string, options: ChildOptions): Promise<ChildEnd>;
}
