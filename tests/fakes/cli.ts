import { runCli } from "../../lib/cli/run.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import type { Terminal } from "../../lib/ports/terminal.ts";
import { fakeEnv } from "./env.ts";
import type { World } from "./world.ts";

/** Streams that remember. */
export class FakeTerminal implements Terminal {
  /** What was written to standard output. */
  out = "";
  /** What was written to standard error. */
  err = "";
  readonly stdout: Terminal["stdout"];
  readonly stderr: Terminal["stderr"];

  constructor(isTerminal = false) {
    this.stdout = {
      write: (text) => {
        this.out += text;
      },
      isTerminal,
    };
    this.stderr = {
      write: (text) => {
        this.err += text;
      },
      isTerminal,
    };
  }
}

/** How one command line ended. */
export interface CliEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in a world. */
export async function runIn(
  world: World,
  args: readonly string[],
  terminal: FakeTerminal = new FakeTerminal(),
): Promise<CliEnd> {
  const code = await runCli(args, {
    ports: {
      clock: world.clock,
      store: world.store,
      env: fakeEnv(world.env),
      log: world.log,
      system: world.system,
      children: world.children,
      table: world.table,
      host: world.host,
      foreground: world.foreground,
      links: world.links,
      ticker: world.ticker,
      probes: chainProbes([world.machine]),
      metal: world.metal,
    },
    terminal,
  });
  return { code, out: terminal.out, err: terminal.err };
}

/** The object that a command printed with `--json`. */
export async function jsonIn(
  world: World,
  args: readonly string[],
): Promise<Record<string, unknown>> {
  return JSON.parse((await runIn(world, [...args, "--json"])).out);
}
