import { createDenoGatePorts } from "./lib/adapters/deno/gate_ports.ts";
import { createDenoTerminal } from "./lib/adapters/deno/terminal.ts";
import { runPlainGate, tryPlainGate } from "./lib/cli/gate_lane.ts";

async function main(args: readonly string[]): Promise<number> {
  const gate = tryPlainGate(args);
  if (gate === undefined) {
    const { runProgram } = await import("./lib/program.ts");
    return await runProgram(args);
  }
  const terminal = createDenoTerminal();
  return await runPlainGate(gate, { ports: createDenoGatePorts(), terminal });
}

if (import.meta.main) {
  main(Deno.args).then((code) => {
    // Not `Deno.exit`: it would end the program before the compiled code is kept, and each start would compile anew.
    Deno.exitCode = code;
  });
}
