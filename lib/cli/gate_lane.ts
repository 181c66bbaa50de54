import { GateGuard, type GatePorts } from "../compose/gate.ts";
import type { Terminal } from "../ports/terminal.ts";
import panicGate, { type PanicGateFlags } from "./commands/panic_gate.ts";
import type { GateContext } from "./context.ts";

const NAME = "panic-gate";

/** Every way to ask the gate that needs no scanner: `--wait` has a value to be understood. */
const SWITCHES: ReadonlyMap<string, "json" | "quiet"> = new Map([
  ["--json", "json"],
  ["--quiet", "quiet"],
  ["-q", "quiet"],
]);

/**
 * Recognises the plain ways to ask the gate. Building the whole command line and scanning it takes half as long as
 * Deno takes to start, and wrappers ask before every start of theirs.
 *
 * Anything else, also what is only mistyped or said twice, is the scanner's: it knows the words for it.
 *
 * @param args The words behind the program's name.
 * @returns The flags as the scanner would understand them, or `undefined`.
 */
export function tryPlainGate(
  args: readonly string[],
): PanicGateFlags | undefined {
  const at = args.indexOf(NAME);
  if (at < 0 || args.slice(0, at).some((arg) => arg !== "--json")) {
    return undefined;
  }
  const seen = new Set<"json" | "quiet">();
  for (const arg of args) {
    if (arg === NAME && args.indexOf(arg) === args.lastIndexOf(arg)) continue;
    const flag = SWITCHES.get(arg);
    if (flag === undefined || seen.has(flag)) return undefined;
    seen.add(flag);
  }
  return { json: seen.has("json"), quiet: seen.has("quiet") };
}

/**
 * Asks the gate.
 *
 * @param flags What {@linkcode tryPlainGate} understood.
 * @param host Ports and streams.
 * @returns The program's exit code.
 */
export async function runPlainGate(
  flags: PanicGateFlags,
  host: { readonly ports: GatePorts; readonly terminal: Terminal },
): Promise<number> {
  let exitCode = 0;
  let guard: GateGuard | undefined;
  const context: GateContext = {
    ports: host.ports,
    terminal: host.terminal,
    get guard(): GateGuard {
      return guard ??= new GateGuard(host.ports);
    },
    finish: (code) => {
      exitCode = code;
    },
  };
  await panicGate.call(context, flags);
  return exitCode;
}
