import { createDenoPorts } from "./lib/adapters/deno/ports.ts";
import { createDenoTerminal } from "./lib/adapters/deno/terminal.ts";
import { runCli } from "./lib/cli/run.ts";

if (import.meta.main) {
  const host = { ports: createDenoPorts(), terminal: createDenoTerminal() };
  runCli(Deno.args, host).then((code) => {
    // Not `Deno.exit`: it would end the program before the compiled code is kept, and each start would compile anew.
    Deno.exitCode = code;
  });
}
