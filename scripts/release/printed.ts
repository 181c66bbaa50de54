import { createDenoPorts } from "../../lib/adapters/deno/ports.ts";
import { runCli } from "../../lib/cli/run.ts";
import type { OutputStream } from "../../lib/ports/terminal.ts";

/**
 * What the program prints for a command line, run in this process: for words that it has of its own, such as `--help`.
 *
 * @param args The words behind its name.
 * @throws {Error} If it does not end with 0.
 */
export async function printed(args: readonly string[]): Promise<string> {
  let text = "";
  const stream: OutputStream = {
    write: (part) => {
      text += part;
    },
    isTerminal: false,
  };
  const code = await runCli(args, {
    ports: createDenoPorts(),
    terminal: { stdout: stream, stderr: stream },
  });
  if (code !== 0) {
    throw new Error(`metal-guard ${args.join(" ")} ended with ${code}`);
  }
  return text;
}
