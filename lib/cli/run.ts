import {
  createMetalGuard,
  type MetalGuard,
  type MetalGuardPorts,
  SAFE_PYTHON_POLICY,
} from "../compose.ts";
import type { Terminal } from "../ports/terminal.ts";
import { FAILURE_TABLES } from "../registry/failures.ts";
import { VERSION } from "../version.ts";
import { EXIT } from "./exit_code.ts";
import { runPlainGate, tryPlainGate } from "./gate_lane.ts";
import type { ScannedContext } from "./scanner.ts";

/** What the command line works with. */
export interface CliHost {
  /** Everything that touches the world. */
  readonly ports: MetalGuardPorts;
  /** Standard streams. */
  readonly terminal: Terminal;
}

/**
 * Runs one command line.
 *
 * @param args The words behind the program's name.
 * @param host Ports and streams.
 * @returns The program's exit code.
 */
export async function runCli(
  args: readonly string[],
  host: CliHost,
): Promise<number> {
  const gate = tryPlainGate(args);
  if (gate !== undefined) return await runPlainGate(gate, host);
  const { context, endedWith } = createContext(host);
  const [word, ...rest] = args;
  if (word === "safe-python" && !isHelp(rest)) {
    const safePython = await import("./commands/safe_python.ts");
    await safePython.default.call(context, {}, ...rest);
    return endedWith();
  }
  const { completionLines, scanAndRun } = await import("./scanner.ts");
  if (word === "__complete") {
    host.terminal.stdout.write(await completionLines(rest, context));
    return 0;
  }
  if (word === "run" && lacksSeparator(rest)) {
    context.terminal.stderr.write(
      "metal-guard: put -- before the command: metal-guard run [options] -- CMD\n",
    );
    return EXIT.usage;
  }
  return await scanAndRun(commandFirst(args), context) ?? endedWith();
}

function createContext(host: CliHost): {
  readonly context: ScannedContext;
  readonly endedWith: () => number;
} {
  let exitCode = 0;
  let guard: MetalGuard | undefined;
  return {
    context: {
      process: { stdout: host.terminal.stdout, stderr: host.terminal.stderr },
      ports: host.ports,
      terminal: host.terminal,
      errorClasses: () => FAILURE_TABLES.classes.map((row) => row.errorClass),
      safePythonPolicy: SAFE_PYTHON_POLICY,
      version: VERSION,
      get guard(): MetalGuard {
        return guard ??= createMetalGuard(host.ports);
      },
      finish: (code) => {
        exitCode = code;
      },
    },
    endedWith: () => exitCode,
  };
}

/** Without `--` the command's own flags would be taken for ours. */
function lacksSeparator(args: readonly string[]): boolean {
  if (args.includes("--")) return false;
  return !args.some((arg) =>
    /^(?:--help|--help-all|-h|-H|--explain(?:=.*)?)$/.test(arg)
  );
}

function isHelp(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === "--help" || args[0] === "-h");
}

/** What the program itself answers; every other flag without a command belongs to `status`. */
const ROOT_FLAGS: ReadonlySet<string> = new Set([
  "--help",
  "--help-all",
  "-h",
  "-H",
  "--version",
  "-v",
]);

/** `status` is the command without a name, and `--json` may stand before the command (SPEC 14). */
function commandFirst(args: readonly string[]): readonly string[] {
  const count = args.findIndex((arg) => arg !== "--json");
  const flags = args.slice(0, count < 0 ? args.length : count);
  const [word, ...rest] = args.slice(flags.length);
  if (word === undefined) return ["status", ...flags];
  if (!word.startsWith("-")) return [word, ...flags, ...rest];
  return ROOT_FLAGS.has(word) ? [word, ...rest] : ["status", ...args];
}
