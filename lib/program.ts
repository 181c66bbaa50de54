import { createDenoPorts } from "./adapters/deno/ports.ts";
import { createDenoTerminal } from "./adapters/deno/terminal.ts";
import { runCli } from "./cli/run.ts";

/**
 * Runs any command line over Deno. It stands in a file of its own so that the gate, which wrappers ask before every start
 * of theirs, comes without all the other commands.
 *
 * @param args The words behind the program's name.
 * @returns The program's exit code.
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  return await runCli(args, {
    ports: createDenoPorts(),
    terminal: createDenoTerminal(),
  });
}
