import { SHIPPED_DENIALS, SHIPPED_PERMISSIONS } from "../permissions.ts";
import { MAIN_FILE, type Stage } from "./stage.ts";
import type { Target } from "./target.ts";

/** Stable name of the program, whatever its file is called. */
export const APP_NAME = "metal-guard";

/** What came of a compilation. */
export type Compiled =
  | { readonly kind: "made" }
  /** The runtime that goes around the program cannot be had. */
  | { readonly kind: "no-base"; readonly because: string };

/** How to compile. */
export interface CompileOptions {
  /** For which machine. */
  readonly target: Target;
  /** The executable to write. */
  readonly output: string;
  /** Any executable for that machine, in place of the runtime that Deno downloads: what comes out is to be read, not started. */
  readonly standIn?: string;
}

/** Where Deno takes the runtime from instead of downloading it. */
const BASE_VARIABLE = "DENORT_BIN";

/** The arguments of `deno compile`. */
export function compileArgs(
  stage: Stage,
  { target, output }: CompileOptions,
): readonly string[] {
  const others = [...stage.files.keys()].filter((name) => name !== MAIN_FILE);
  return [
    "compile",
    "--no-check",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    ...SHIPPED_PERMISSIONS,
    ...SHIPPED_DENIALS,
    `--target=${target.triple}`,
    `--app-name=${APP_NAME}`,
    ...others.map((name) => `--include=${name}`),
    `--output=${output}`,
    MAIN_FILE,
  ];
}

/**
 * Compiles what was laid down. Where it fails nothing is left at `output`.
 *
 * @throws {Error} With the words of `deno compile`, for every failure but a base that cannot be had.
 */
export function compile(stage: Stage, options: CompileOptions): Compiled {
  const { output, standIn } = options;
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: [...compileArgs(stage, options)],
    cwd: stage.folder,
    env: {
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      ...(standIn === undefined ? {} : { [BASE_VARIABLE]: standIn }),
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (success) return { kind: "made" };
  removeLeftovers(output);
  const words = new TextDecoder().decode(stderr);
  if (standIn === undefined && /Setting up base binary/.test(words)) {
    return { kind: "no-base", because: reason(words) };
  }
  throw new Error(`Cannot compile: ${words.trim()}`);
}

/** What of Deno's chain of causes says most. */
function reason(words: string): string {
  const url = /for url \(([^)]{1,200})\)/.exec(words)?.[1];
  const last = [...words.matchAll(/^\s+\d+: (.{1,200})$/gm)]
    .map(([, cause]) => cause ?? "")
    .filter((cause) => !/<unknown>|::/.test(cause)).at(-1);
  return `${url ?? "the runtime of deno compile"}: ${
    last ?? "the download failed"
  }`;
}

function removeLeftovers(output: string): void {
  const cut = output.lastIndexOf("/") + 1;
  const folder = output.slice(0, cut) || ".";
  const name = output.slice(cut);
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name === name || entry.name.startsWith(`${name}.tmp-`)) {
      Deno.removeSync(`${folder}/${entry.name}`);
    }
  }
}
