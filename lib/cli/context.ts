import type { CommandContext } from "@stricli/core";
import type { MetalGuard, MetalGuardPorts } from "../compose.ts";
import type { GateGuard, GatePorts } from "../compose/gate.ts";
import type { SafePythonPolicy } from "../policy/safe_python.ts";
import type { ErrorClass } from "../core/failure.ts";
import { plainText } from "../core/plain_text.ts";
import type { EnvReader } from "../ports/env.ts";
import type { Terminal } from "../ports/terminal.ts";
import { type TextStyle, textStyle } from "../report/text_style.ts";
import { EXIT, exitCodeOf } from "./exit_code.ts";

/** What it takes to print. */
export interface TextContext {
  /** The environment: how the user wants text to look. */
  readonly ports: { readonly env: EnvReader };
  /** Standard streams. */
  readonly terminal: Terminal;
}

/** What the gate works with. */
export interface GateContext {
  /** Ports, for the few commands that need more than the guard. */
  readonly ports: GatePorts;
  /** The guard; made when it is first asked for. */
  readonly guard: GateGuard;
  /** Standard streams. */
  readonly terminal: Terminal;
  /** Says with which code the program ends. */
  finish(exitCode: number): void;
}

/** What every other command works with. */
export interface CliContext extends CommandContext, GateContext {
  /** Ports, for the few commands that need more than the guard. */
  readonly ports: MetalGuardPorts;
  /** The guard; made when it is first asked for. */
  readonly guard: MetalGuard;
  /** Every class of failure, for its words. */
  errorClasses(): readonly ErrorClass[];
  /** What `safe-python` decides by. */
  readonly safePythonPolicy: SafePythonPolicy;
  /** The program's version. */
  readonly version: string;
}

/** The look of text on standard output: colour and emoji only where they are wanted and possible. */
export function outputStyle(context: TextContext): TextStyle {
  const { ports: { env }, terminal: { stdout } } = context;
  const forced = isOn(env("CLICOLOR_FORCE"));
  const isPlain = (env("NO_COLOR") ?? "") !== "" || env("TERM") === "dumb";
  const color = !isPlain && (forced || stdout.isTerminal);
  const locale = env("LC_ALL") || env("LC_CTYPE") || env("LANG") || "";
  const emoji = color && stdout.isTerminal && env("TERM") !== "linux" &&
    /utf-?8/i.test(locale);
  return textStyle({ color, emoji });
}

function isOn(raw: string | undefined): boolean {
  return raw !== undefined && raw !== "" && raw !== "0";
}

/** What JSON leaves as it is and a terminal obeys: C1, and the marks that break lines or turn writing around. */
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Prints one JSON object. Names of files keep each of their characters, but as `\u009b` where a terminal would obey. */
export function printJson(context: TextContext, value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(
    OBEYED,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  context.terminal.stdout.write(`${text}\n`);
}

/**
 * Says one line on standard error.
 *
 * Fails open: on a full disk the line is lost. What the program answers must not change because of it.
 */
export function complain(context: TextContext, words: string): void {
  try {
    context.terminal.stderr.write(`metal-guard: ${plainText(words, 1_000)}\n`);
  } catch {
    // There is no place left to say so; the exit code still tells.
  }
}

/** A command's body: it answers the exit code. */
export type CommandBody<
  FLAGS,
  ARGS extends readonly string[],
  CONTEXT extends GateContext,
> = (
  context: CONTEXT,
  flags: FLAGS,
  ...args: ARGS
) => Promise<number>;

/**
 * Turns a body into what the command line calls. An error becomes one line on standard error and its exit code.
 *
 * @param body What the command does.
 * @param options `failedCode` is the exit code for a file that could not be read or written. @default 1
 */
export function command<
  FLAGS,
  ARGS extends readonly string[] = [],
  CONTEXT extends GateContext = CliContext,
>(
  body: CommandBody<FLAGS, ARGS, CONTEXT>,
  options: { readonly failedCode?: number } = {},
): (this: CONTEXT, flags: FLAGS, ...args: ARGS) => Promise<void> {
  return async function (this: CONTEXT, flags, ...args): Promise<void> {
    try {
      this.finish(await body(this, flags, ...args));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      complain(this, words);
      const code = exitCodeOf(error);
      this.finish(code === EXIT.failed ? options.failedCode ?? code : code);
    }
  };
}
