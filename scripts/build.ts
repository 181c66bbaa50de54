/**
 * Builds `dist/metal-guard`, the program in one file for this machine: `deno task build`.
 *
 * Where the runtime that belongs around the program cannot be downloaded, everything else is proved with another one in its
 * place, nothing is left behind, and one line says so; exit 69. A file that does not start as metal-guard is never left.
 *
 * @module
 */
import { VERSION } from "../lib/version.ts";
import { checkBundle } from "./bundle_check.ts";
import { sha256 } from "./build_ffi_manifest.ts";
import { needLibrary } from "./release/library.ts";
import { compile, type Compiled } from "./release/compile.ts";
import { layStage, type Stage } from "./release/stage.ts";
import { type Target, targetOf } from "./release/target.ts";
import { formatProblem } from "./problem.ts";
import { projectRoot } from "./source_tree.ts";

/** Exit code where the runtime cannot be had (EX_UNAVAILABLE). */
export const NO_BASE = 69;

/** What {@linkcode buildProgram} may be told. */
export interface BuildOptions {
  /** The project's folder. */
  readonly project: string;
  /** The executable to make. */
  readonly output: string;
  /** For which machine; this one. */
  readonly target: Target;
  /** Takes each line that is for a person. */
  readonly say: (line: string) => void;
}

/**
 * Builds.
 *
 * @returns The exit code: 0, 1 when a proof failed, {@linkcode NO_BASE}.
 */
export async function buildProgram(options: BuildOptions): Promise<number> {
  const { project, output, target, say } = options;
  const folder = output.slice(0, output.lastIndexOf("/"));
  Deno.mkdirSync(folder, { recursive: true });
  removeIfThere(output);
  if (target.isMac) await needLibrary(project, say);
  // In the same folder, so that it is put in its place by one rename once it is proved.
  const work = Deno.makeTempDirSync({ dir: folder, prefix: ".build-" });
  try {
    Deno.mkdirSync(`${work}/stage`);
    const stage = await layStage(project, `${work}/stage`, {
      hasLibrary: target.isMac,
    });
    const made = `${work}/metal-guard`;
    const compiled = compile(stage, { target, output: made });
    if (compiled.kind === "no-base") {
      compile(stage, { target, output: made, standIn: Deno.execPath() });
    }
    const wrong = [
      ...await proveTwice(stage, { target, made, compiled }),
      ...checkBundle(made, stage).problems.map(formatProblem),
    ];
    if (wrong.length === 0 && compiled.kind === "made" && !isOurs(made)) {
      wrong.push("what was compiled does not start as metal-guard");
    }
    if (wrong.length > 0) {
      for (const line of wrong) say(line);
      say(`build: ${output} was not made`);
      return 1;
    }
    if (compiled.kind === "no-base") {
      say(noBaseLine(output, compiled.because));
      return NO_BASE;
    }
    Deno.renameSync(made, output);
    say(`build: ${output} for ${target.name}`);
    return 0;
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

/** What could be proved without the runtime, and what could not. */
export function noBaseLine(output: string, because: string): string {
  return `build: ${output} was not made, because its runtime cannot be had (${because}); ` +
    "proved, with another runtime in its place: which files it embeds, their size, its permissions, " +
    "that they run taken out and offline, and that two builds are the same; not proved: that the executable starts";
}

/** Whether the same files give the same executable. */
async function proveTwice(
  stage: Stage,
  facts: {
    readonly target: Target;
    readonly made: string;
    readonly compiled: Compiled;
  },
): Promise<string[]> {
  const output = `${facts.made}-again`;
  compile(stage, {
    target: facts.target,
    output,
    ...(facts.compiled.kind === "made" ? {} : { standIn: Deno.execPath() }),
  });
  const [one, two] = await Promise.all(
    [facts.made, output].map((path) => sha256(Deno.readFileSync(path))),
  );
  return one === two ? [] : ["two builds of the same files differ"];
}

/** Whether an executable starts, and is this program in this version. */
function isOurs(path: string): boolean {
  const { success, stdout } = new Deno.Command(path, {
    args: ["--version"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).outputSync();
  return success && new TextDecoder().decode(stdout).trim() === VERSION;
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    say("Usage: deno task build");
    return args[0] === "--help" ? 0 : 64;
  }
  const target = targetOf(Deno.build.target);
  if (target === undefined) {
    say(`build: metal-guard is not made for ${Deno.build.target}`);
    return 1;
  }
  const project = projectRoot([]);
  const output = `${project}/dist/metal-guard`;
  return await buildProgram({ project, output, target, say });
}

if (import.meta.main) {
  void main(Deno.args).then((code) => {
    Deno.exitCode = code;
  });
}
