import { createDenoRunPorts } from "./adapters/deno/run_ports.ts";
import { createDenoTerminal } from "./adapters/deno/terminal.ts";
import { tryPlainRun } from "./cli/run_lane.ts";
import type { ProgramEnd } from "./program.ts";

/**
 * Runs a command under guard over Deno. It stands in a file of its own so that such a run does not load all the other
 * commands.
 *
 * @param args The words behind the program's name.
 * @param mainModule `import.meta.url` of the program's main module.
 * @returns `undefined` where the whole program has to run it: nothing was done then.
 */
export async function runPlainProgram(
  args: readonly string[],
  mainModule: string,
): Promise<ProgramEnd | undefined> {
  const ports = createDenoRunPorts(mainModule);
  const terminal = createDenoTerminal();
  const code = await tryPlainRun(args, { ports, terminal });
  return code === undefined
    ? undefined
    : { code, isHung: ports.own.hang.isSet };
}
