/** What happens to a program when its guard dies. */
export type OnGuardExit = "terminate" | "detach";

/** Waits for the guard's death, in a session of its own, and then ends what the guard had started (SAFETY R2). */
export interface GuardWatcher extends AsyncDisposable {
  /** Resolves when it is gone, for whatever reason. */
  readonly gone: Promise<void>;
  /**
   * Names the processes that it shall end, in place of those named before. It looks at each now, so that it can tell it from a
   * later one of the same pid.
   *
   * @param pids The program first, then what descends from it; none where nothing runs.
   */
  name(pids: readonly number[]): Promise<void>;
}

/** Starting watchers. */
export interface GuardWatchers {
  /**
   * Starts one.
   *
   * @param options `graceMs` between TERM and KILL.
   * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
   */
  start(options: { readonly graceMs: number }): GuardWatcher;
}
