import type { CliContext } from "../../lib/cli/context.ts";
import { SAFE_PYTHON_POLICY } from "../../lib/compose.ts";
import { FakeTerminal } from "./cli.ts";
import { fakeEnv } from "./env.ts";
import { World } from "./world.ts";

/** What a command's body works with, over a world in memory. */
export function fakeContext(
  world: World = new World(),
  terminal: FakeTerminal = new FakeTerminal(),
): CliContext & { readonly terminal: FakeTerminal } {
  return {
    process: terminal,
    ports: { ...world, env: fakeEnv(world.env) },
    guard: world.guard(),
    terminal,
    errorClasses: () => [],
    safePythonPolicy: SAFE_PYTHON_POLICY,
    version: "0",
    finish: () => {},
  };
}
