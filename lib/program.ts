import { createDenoPorts } from "./adapters/deno/ports.ts";
import { createDenoTerminal } from "./adapters/deno/terminal.ts";
import { runCli } from "./cli/run.ts";

/** How the program ended. */
export interface ProgramEnd {
  /** Its exit code. */
  readonly code: number;
  /** Whether a call that hangs in the GPU driver keeps the process from ending by itself. */
  readonly isHung: boolean;
}

/**
 * Runs any command line over Deno. It stands in a file of its own so that the gate, which wrappers ask before every start
 * of theirs, comes without all the other commands.
 *
 * @param args The words behind the program's name.
 * @param mainModule `import.meta.url` of the program's main module.
 */
export async function runProgram(
  args: readonly string[],
  mainModule: string,
): Promise<ProgramEnd> {
  const ports = createDenoPorts(mainModule);
  const code = await runCli(args, { ports, terminal: createDenoTerminal() });
  return { code, isHung: ports.own.hang.isSet };
}
