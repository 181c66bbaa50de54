import { createDenoGatePorts } from "./lib/adapters/deno/gate_ports.ts";
import { createDenoTerminal } from "./lib/adapters/deno/terminal.ts";
import { runPlainGate, tryPlainGate } from "./lib/cli/gate_lane.ts";
import { isPlainRun } from "./lib/cli/run_words.ts";
import { isPlainStatus } from "./lib/cli/status_words.ts";
import type { ProgramEnd } from "./lib/program.ts";

async function main(args: readonly string[]): Promise<number> {
  const gate = tryPlainGate(args);
  if (gate === undefined) {
    const { code, isHung } = await runShortWay(args) ??
      await (await import("./lib/program.ts"))
        .runProgram(args, import.meta.url);
    // A call that hangs in the GPU driver never ends, and would keep this process here for ever.
    if (isHung) Deno.exit(code);
    return code;
  }
  const terminal = createDenoTerminal();
  return await runPlainGate(gate, { ports: createDenoGatePorts(), terminal });
}

/** What programs ask again and again has files of its own; `undefined` for everything else. */
async function runShortWay(
  args: readonly string[],
): Promise<ProgramEnd | undefined> {
  if (isPlainStatus(args)) {
    const { runStatusProgram } = await import("./lib/status_program.ts");
    return await runStatusProgram(import.meta.url);
  }
  if (isPlainRun(args)) {
    const { runPlainProgram } = await import("./lib/run_program.ts");
    return await runPlainProgram(args, import.meta.url);
  }
  if (args[0] !== "registry" || args[1] !== "check") return undefined;
  const { runRegistryProgram } = await import("./lib/registry_program.ts");
  return await runRegistryProgram(args);
}

if (import.meta.main) {
  main(Deno.args).then((code) => {
    // Not `Deno.exit`: it would end the program before the compiled code is kept, and each start would compile anew.
    Deno.exitCode = code;
  });
}
