import { LockHeldError } from "../../core/lock_error.ts";
import { conflictText, lockJson } from "../../report/lock.ts";
import { command, printJson } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `lock release`. */
export interface LockReleaseFlags {
  readonly json: boolean;
  readonly force: boolean;
}

/** `metal-guard lock release`: clears away what a dead holder has left; a living one only with `--force`. */
export default command<LockReleaseFlags>(async (context, flags) => {
  const { guard, terminal } = context;
  try {
    const { before, isReleased } = await guard.lock.release(flags);
    if (flags.json) {
      printJson(context, {
        lock_path: guard.paths.lock,
        status: isReleased ? "released" : "free",
        before: lockJson(before),
      });
      return EXIT.ok;
    }
    terminal.stdout.write(
      isReleased
        ? "The lock is free now.\n"
        : "The lock was free: there was nothing to release.\n",
    );
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    if (flags.json) {
      printJson(context, {
        lock_path: guard.paths.lock,
        status: "held",
        reason: error.reason,
        force_timed_out: error.forceTimedOut,
        force_permission_denied: error.forcePermissionDenied,
      });
    } else terminal.stderr.write(conflictText(error));
    return EXIT.refused;
  }
});
