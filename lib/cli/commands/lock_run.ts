import { MetalGuardError } from "../../core/error.ts";
import { LockHeldError } from "../../core/lock_error.ts";
import { plainText } from "../../core/plain_text.ts";
import { conflictText } from "../../report/lock.ts";
import { command } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `lock run`. */
export interface LockRunFlags {
  readonly label: string;
  readonly force: boolean;
  /** Longest wait in milliseconds; `Infinity` for `--wait` alone. */
  readonly wait?: number;
}

/**
 * `metal-guard lock run`: holds the lock around any command and ends as it does; 75 when the lock cannot be had, so that
 * the command did not run.
 */
export default command<LockRunFlags, string[]>(
  async (context, flags, ...words) => {
    const { guard, terminal } = context;
    if (words.length === 0) {
      throw new MetalGuardError(
        "usage",
        "Name the command to run: metal-guard lock run --label NAME -- CMD",
      );
    }
    try {
      const { exitCode } = await guard.lockRun.run(flags.label, words, {
        force: flags.force,
        ...(flags.wait === undefined ? {} : { waitMs: flags.wait }),
        onWait: ({ reason }) =>
          terminal.stderr.write(
            `metal-guard: waiting for the GPU lock: ${plainText(reason)}\n`,
          ),
      });
      return exitCode;
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      terminal.stderr.write(conflictText(error));
      return EXIT.refused;
    }
  },
  { failedCode: EXIT.refused },
);
