import { createDenoGatePorts } from "./lib/adapters/deno/gate_ports.ts";
import { createDenoTerminal } from "./lib/adapters/deno/terminal.ts";
import { runPlainGate, tryPlainGate } from "./lib/cli/gate_lane.ts";
import { isPlainStatus } from "./lib/cli/status_words.ts";

async function main(args: readonly string[]): Promise<number> {
  const gate = tryPlainGate(args);
  if (gate === undefined) {
    const { code, isHung } = isPlainStatus(args)
      ? await (await import("./lib/status_program.ts"))
        .runStatusProgram(import.meta.url)
      : await (await import("./lib/program.ts"))
        .runProgram(args, import.meta.url);
    // A call that hangs in the GPU driver never ends, and would keep this process here for ever.
    if (isHung) Deno.exit(code);
    return code;
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
