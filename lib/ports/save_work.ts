import type { ChildProcesses } from "./child_process.ts";
import type { RunDetails } from "./supervised_program.ts";

/** What it writes is of no use to anybody. */
const MOST_BYTES = 4_096;

/**
 * Gives `--before-term` words to `/bin/sh`, as typed (SAFETY R3).
 *
 * @param children Who starts it.
 * @param words A shell's words.
 * @param options Why the program is ended, its `pid`, and how long the words may take, in milliseconds.
 * @returns How they ended, for the record.
 * @throws {MetalGuardError} Code `child-failed`, if the shell cannot be started.
 */
export async function saveWork(
  children: ChildProcesses,
  words: string,
  options: {
    readonly cause: string;
    readonly pid?: number;
    readonly timeoutMs: number;
  },
): Promise<RunDetails> {
  const { cause, pid, timeoutMs } = options;
  const end = await children.capture("/bin/sh", {
    args: ["-c", words],
    env: {
      METALGUARD_END_CAUSE: cause,
      METALGUARD_CHILD_PID: `${pid ?? ""}`,
    },
    timeoutMs,
    maxBytes: MOST_BYTES,
  });
  return { exit_code: end.exitCode, timed_out: end.timedOut ? 1 : 0 };
}
