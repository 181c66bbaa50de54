import { createDenoStatusPorts } from "./adapters/deno/status_ports.ts";
import { createDenoTerminal } from "./adapters/deno/terminal.ts";
import { runPlainStatus } from "./cli/status_lane.ts";
import type { ProgramEnd } from "./program.ts";

/**
 * Answers `status --json` over Deno. It stands in a file of its own so that dashboards, which ask again and again, do not
 * load all the other commands.
 *
 * @param mainModule `import.meta.url` of the program's main module.
 */
export async function runStatusProgram(
  mainModule: string,
): Promise<ProgramEnd> {
  const ports = createDenoStatusPorts(mainModule);
  const code = await runPlainStatus({ ports, terminal: createDenoTerminal() });
  return { code, isHung: ports.own.hang.isSet };
}
