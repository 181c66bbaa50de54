import { createDenoGatePorts } from "./lib/adapters/deno/gate_ports.ts";
import { createDenoTerminal } from "./lib/adapters/deno/terminal.ts";
import { runPlainGate, tryPlainGate } from "./lib/cli/gate_lane.ts";
import { isPlainRun } from "./lib/cli/run_words.ts";
import { isPlainStatus } from "./lib/cli/status_words.ts";

async function main(args: readonly string[]): Promise<number> {
  const gate = tryPlainGate(args);
  if (gate === undefined) {
    const plain = isPlainStatus(args)
      ? await (await import("./lib/status_program.ts"))
        .runStatusProgram(import.meta.url)
      : isPlainRun(args)
      ? await (await import("./lib/run_program.ts"))
        .runPlainProgram(args, import.meta.url)
      : undefined;
    const { code, isHung } = plain ??
      await (await import("./lib/program.ts"))
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
