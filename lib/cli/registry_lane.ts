import { checkShippedRegistry } from "../compose/shipped_check.ts";
import { parseFamily } from "../parse/gpu_family_name.ts";
import type { EnvReader } from "../ports/env.ts";
import type { Terminal } from "../ports/terminal.ts";
import {
  type RegistryCheckFlags,
  showRegistryAnswer,
} from "./registry_answer.ts";

/** What `registry check` was asked in a plain way. */
export interface PlainCheck {
  /** Its flags. */
  readonly flags: RegistryCheckFlags;
  /** The model's id. */
  readonly modelId: string;
}

/**
 * Recognises the plain ways to ask `registry check`, as {@linkcode tryPlainGate} does for the gate: programs ask before
 * each load, and building the command line would take longer than the answer.
 *
 * Anything else, also what is only mistyped or said twice, is the scanner's: it knows the words for it.
 *
 * @param args The words behind the program's name.
 * @returns What the scanner would understand, or `undefined`.
 */
export function tryPlainCheck(args: readonly string[]): PlainCheck | undefined {
  const words: string[] = [];
  let json = false;
  let gpu: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--json" && !json) json = true;
    else if (arg === "--gpu" && gpu === undefined && words.length >= 2) {
      gpu = parseFamily(args[++at] ?? "");
      if (gpu === undefined) return undefined;
    } else if (arg.startsWith("-") || arg === "") return undefined;
    else words.push(arg);
  }
  const [route, command, modelId, ...rest] = words;
  if (
    route !== "registry" || command !== "check" || modelId === undefined ||
    rest.length > 0
  ) return undefined;
  return { modelId, flags: gpu === undefined ? { json } : { json, gpu } };
}

/**
 * Answers out of the registry that ships, as `registry check` of the whole command line does without a user's entries.
 *
 * @param check What {@linkcode tryPlainCheck} understood.
 * @param host Environment and streams.
 * @returns The program's exit code.
 */
export function runPlainCheck(
  { flags, modelId }: PlainCheck,
  { env, terminal }: { readonly env: EnvReader; readonly terminal: Terminal },
): number {
  const found = checkShippedRegistry(modelId, flags.gpu);
  return showRegistryAnswer({ ports: { env }, terminal }, flags, {
    found,
    findings: [],
  });
}
