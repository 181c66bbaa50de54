import { ExitCode, proposeCompletions, run } from "@stricli/core";
import { buildCli } from "./app.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit_code.ts";

/** The context, as the scanner leaves its own exit code in it. */
export type ScannedContext = CliContext & {
  process: { exitCode?: number | string | null };
};

/**
 * Scans a command line and runs its command.
 *
 * @param args The words, the command's name first.
 * @param context What the command works with.
 * @returns The exit code for a command line that cannot be understood; `undefined` when the command has run.
 */
export async function scanAndRun(
  args: readonly string[],
  context: ScannedContext,
): Promise<number | undefined> {
  await run(buildCli(context.version), args, context);
  const code = Number(context.process.exitCode ?? 0);
  return code === 0 ? undefined : exitCodeOfScanner(code);
}

/**
 * Proposes what may follow.
 *
 * @param args The words so far.
 * @param context What the commands work with.
 * @returns One proposal a line.
 */
export async function completionLines(
  args: readonly string[],
  context: CliContext,
): Promise<string> {
  const app = buildCli(context.version);
  const proposals = await proposeCompletions(app, args, context);
  return proposals.map(({ completion }) => `${completion}\n`).join("");
}

/** Exit code for what the command-line scanner says; its own codes are negative. */
export function exitCodeOfScanner(code: number): number {
  if (code >= 0) return code;
  return code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument
    ? EXIT.usage
    : EXIT.internal;
}
