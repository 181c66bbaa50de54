/** What launchd says of one job. Each part may be missing: the form is nobody's promise. */
export interface PrintedJob {
  /** Its process, while it runs. */
  readonly pid: number | undefined;
  /** What its last process ended with. */
  readonly lastExitCode: number | undefined;
}

/** A job with hundreds of variables has some 30 KiB. In UTF-16 units. */
const MAX_LENGTH = 2 ** 18;

/** Lines of the job itself; what its arguments and variables say stands one level deeper. */
const PID = /^\tpid = (\d{1,10})$/m;
const LAST_EXIT = /^\tlast exit code = (-?\d{1,5})(?:: [^\n]*)?$/m;

/**
 * Reads what `launchctl print gui/501/LABEL` prints of a loaded job.
 *
 * Fails open: what is not there, or in another form, is `undefined`.
 */
export function parseLaunchctlPrint(text: string): PrintedJob {
  const head = text.slice(0, MAX_LENGTH);
  const number = (pattern: RegExp): number | undefined => {
    const digits = pattern.exec(head)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  return { pid: number(PID), lastExitCode: number(LAST_EXIT) };
}
