import { createDenoEnv } from "./adapters/deno/env.ts";
import { createDenoTerminal } from "./adapters/deno/terminal.ts";
import { runPlainCheck, tryPlainCheck } from "./cli/registry_lane.ts";
import type { ProgramEnd } from "./program.ts";

/**
 * Answers `registry check MODEL` over Deno. It stands in a file of its own so that programs, which ask before each load, do
 * not load all the other commands.
 *
 * @param args The words behind the program's name.
 * @returns `undefined` where only the whole program can answer: a mistyped line, or a user's own entries.
 */
export function runRegistryProgram(
  args: readonly string[],
): Promise<ProgramEnd | undefined> {
  const check = tryPlainCheck(args);
  const env = createDenoEnv();
  return Promise.try(() =>
    check === undefined || (env("METALGUARD_REGISTRY") ?? "") !== ""
      ? undefined
      : {
        code: runPlainCheck(check, { env, terminal: createDenoTerminal() }),
        isHung: false,
      }
  );
}
