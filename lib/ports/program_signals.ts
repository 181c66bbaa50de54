/** Until it is disposed of, a request to end is heard and does not end the program at once. */
export interface StopRequest extends Disposable {
  /** Aborted once somebody has asked the program to end. */
  readonly signal: AbortSignal;
}

/** What else is heard meanwhile. */
export interface ListenOptions {
  /** Told when the terminal has another size. */
  readonly onResize?: () => void;
  /** Told before the program is stopped by Ctrl-Z, so that it gives the terminal back. */
  readonly onSuspend?: () => void;
  /** Told when it goes on in the foreground. Sent to the background it is stopped again, and nothing is told. */
  readonly onResume?: () => void;
}

/** What the system tells a program that runs on until it is told to stop. */
export interface ProgramSignals {
  /** Hears INT, TERM and HUP from now on. */
  listen(options?: ListenOptions): StopRequest;
}

/**
 * Waits for work, or for the request to end, whichever comes first. The work goes on then; nobody waits for it.
 *
 * @param work What is waited for.
 * @param signal The request.
 * @returns Whether the work has ended.
 */
export async function endedBefore(
  work: Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  let stop = (): void => {};
  // A promise that lives as long as the program would keep a reaction for each piece of work.
  const stopped = new Promise<false>((resolve) => {
    stop = (): void => resolve(false);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work.then(() => true), stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
