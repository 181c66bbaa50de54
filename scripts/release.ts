/**
 * Makes a release in `dist/release/`: executables for both kinds of Mac and a universal one, zipped with manual page and
 * completions, a bill of materials, SHA-256 sums, and with `--homepage URL` the Homebrew formula.
 *
 * `--compile` and `--pack` do one half each: between them a Mac signs. Where the runtimes cannot be downloaded, every step
 * is proved with stand-ins in a folder that is removed, one line says so, and nothing is left; exit 69.
 *
 * @module
 */
import { NO_BASE } from "./build.ts";
import { checkBundle } from "./bundle_check.ts";
import { formatProblem } from "./problem.ts";
import { needLibrary } from "./release/library.ts";
import { layStage, type Stage } from "./release/stage.ts";
import { makeMacStandIn } from "./release/stand_in.ts";
import { compileRelease, packRelease, UNIVERSAL } from "./release/steps.ts";
import { projectRoot } from "./source_tree.ts";

/** What was asked for. */
interface ReleaseOptions {
  readonly step: "all" | "compile" | "pack";
  readonly homepage?: string;
}

/** Reads the arguments; `undefined` for what is not known. */
export function parseReleaseArgs(
  args: readonly string[],
): ReleaseOptions | undefined {
  let options: ReleaseOptions = { step: "all" };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === "--compile") options = { ...options, step: "compile" };
    else if (arg === "--pack") options = { ...options, step: "pack" };
    else if (arg === "--homepage") {
      const homepage = args[++at];
      if (homepage?.startsWith("https://") !== true) return undefined;
      options = { ...options, homepage: homepage.replace(/\/+$/, "") };
    } else return undefined;
  }
  return options;
}

/**
 * Makes a release.
 *
 * @returns The exit code: 0, 1 when a proof failed, 69.
 */
async function release(
  project: string,
  options: ReleaseOptions,
): Promise<number> {
  const out = `${project}/dist/release`;
  await needLibrary(project, say);
  const work = Deno.makeTempDirSync({ prefix: "metal-guard-release-" });
  try {
    Deno.mkdirSync(`${work}/stage`);
    const stage = await layStage(project, `${work}/stage`, {
      hasLibrary: true,
    });
    if (options.step !== "pack") {
      removeFolder(out);
      const compiled = await compileRelease(stage, out);
      if (compiled.kind === "no-base") {
        removeFolder(out);
        return await rehearse({ project, stage, work }, compiled.because);
      }
      if (!isGood(`${out}/${UNIVERSAL}/metal-guard`, stage)) {
        removeFolder(out);
        return 1;
      }
    }
    if (options.step !== "compile") {
      const { homepage } = options;
      const names = await packRelease({
        project,
        out,
        stage,
        ...(homepage === undefined ? {} : { homepage }),
      });
      for (const name of names) say(`release: ${out}/${name}`);
    }
    return 0;
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

/** Every step over stand-ins, in a folder that goes away. */
async function rehearse(
  place: {
    readonly project: string;
    readonly stage: Stage;
    readonly work: string;
  },
  because: string,
): Promise<number> {
  const { project, stage, work } = place;
  if (Deno.build.os === "darwin") {
    say(
      `release: nothing was made, because the runtimes cannot be had (${because})`,
    );
    return NO_BASE;
  }
  const out = `${work}/out`;
  await compileRelease(
    stage,
    out,
    (target) => makeMacStandIn(project, work, target),
  );
  if (!isGood(`${out}/${UNIVERSAL}/metal-guard`, stage)) return 1;
  const homepage = "https://example.com/metal-guard";
  const names = await packRelease({ project, out, stage, homepage });
  say(
    `release: nothing was made, because the runtimes cannot be had (${because}); proved, with stand-ins in their ` +
      `place: both executables and the universal one embed what they have to, with these permissions and no others, ` +
      `two builds are the same, and ${names.length} files can be packed; not proved: that they start, and Apple's signature`,
  );
  return NO_BASE;
}

function isGood(path: string, stage: Stage): boolean {
  const { facts, problems } = checkBundle(path, stage);
  for (const line of facts) say(`release: ${line}`);
  for (const one of problems) say(formatProblem(one));
  return problems.length === 0;
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseReleaseArgs(args);
  if (options === undefined) {
    say("Usage: deno task release [--compile|--pack] [--homepage https://…]");
    return args[0] === "--help" ? 0 : 64;
  }
  return await release(projectRoot([]), options);
}

if (import.meta.main) {
  void main(Deno.args).then((code) => {
    Deno.exitCode = code;
  });
}
