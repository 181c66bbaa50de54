import { runGuarded } from "../compose/guarded_run.ts";
import type { GuardedRunOptions } from "../compose/run_types.ts";
import {
  isPlainCommand,
  type PlainRunPorts,
  RunGuard,
} from "../compose/run_guard.ts";
import { SECOND_MS } from "../core/instant.ts";
import { tryParseSize } from "../parse/size.ts";
import type { Terminal } from "../ports/terminal.ts";
import { command, type GateContext } from "./context.ts";
import { EXIT } from "./exit_code.ts";
import { runFlagged, type RunFlags } from "./run_body.ts";

/** What the scanner gives where nothing else is said. */
const DEFAULTS: RunFlags = {
  label: "run",
  grace: 10 * SECOND_MS,
  restart: "never",
  observe: false,
  strict: false,
  noLock: false,
  beforeTermTimeout: SECOND_MS,
  onGuardExit: "terminate",
  reportDetails: false,
  probeInterval: 60 * SECOND_MS,
  probeTimeout: 30 * SECOND_MS,
  probeFailures: 3,
  probeAfter: 120 * SECOND_MS,
};

/** A plain run, understood. */
export interface PlainRun {
  /** As the scanner would give them. */
  readonly flags: RunFlags;
  /** The program and its arguments. */
  readonly words: readonly string[];
}

/**
 * Understands what {@linkcode isPlainRun} recognised.
 *
 * @param args The words behind the program's name.
 * @returns `undefined` for what only the scanner has words for: a flag said twice, a size without a unit.
 */
export function parsePlainRun(args: readonly string[]): PlainRun | undefined {
  const cut = args.indexOf("--");
  const [, ...typed] = args.slice(0, cut);
  if (new Set(typed).size < typed.length) return undefined;
  let flags = DEFAULTS;
  for (let at = 0; at < typed.length; at++) {
    const word = typed[at + 1];
    switch (typed[at]) {
      case "--no-lock":
        flags = { ...flags, noLock: true };
        continue;
      case "--strict":
        flags = { ...flags, strict: true };
        continue;
      case "--label":
        if (word === undefined || word.startsWith("-")) return undefined;
        flags = { ...flags, label: word };
        break;
      case "--max-footprint": {
        const maxFootprint = tryParseSize(word ?? "");
        if (maxFootprint === undefined) return undefined;
        flags = { ...flags, maxFootprint };
        break;
      }
      default:
        return undefined;
    }
    at += 1;
  }
  return { flags, words: args.slice(cut + 1) };
}

/**
 * Runs a command of which nothing is known but its words, as `run` of the whole command line does: building that command
 * line, and loading what knows models and Pythons, takes longer than all the rest.
 *
 * @param args The words behind the program's name.
 * @param host Ports and streams.
 * @returns The program's exit code; `undefined` where the whole command line has to run it: nothing was done then.
 */
export async function tryPlainRun(
  args: readonly string[],
  { ports, terminal }: {
    readonly ports: PlainRunPorts;
    readonly terminal: Terminal;
  },
): Promise<number | undefined> {
  const plain = parsePlainRun(args);
  if (plain === undefined) return undefined;
  const { flags, words } = plain;
  if (!isPlainCommand(ports, words)) return undefined;
  let exitCode = 0;
  const context: GateContext = {
    ports,
    terminal,
    guard: new RunGuard(ports),
    finish: (code) => {
      exitCode = code;
    },
  };
  const run = (
    words: readonly string[],
    options: GuardedRunOptions,
  ): ReturnType<typeof runGuarded> =>
    runGuarded(words, options, ports, (setup) => new RunGuard(ports, setup));
  const body = command<RunFlags, string[], GateContext>(
    (context, flags, ...words) => runFlagged(context, flags, words, run),
    { failedCode: EXIT.internal },
  );
  await body.call(context, flags, ...words);
  return exitCode;
}
