/**
 * Builds the two files that ship: the gate, with its functions compiled ahead, and beside it every other command, loaded
 * when the gate is not what was asked for. Both are bundled and minified.
 *
 * `--output FILE` says where the gate goes. @default dist/main.js
 *
 * @module
 */
import { calledFunctions } from "./bundle/called_functions.ts";
import { compileEagerly } from "./bundle/compile_eagerly.ts";

/** The file beside the gate's. */
export const PROGRAM_FILE = "program.js";
/** The one import that parts the two, as it stands in `main.ts`. */
const PROGRAM_IMPORT = "./lib/program.ts";

/**
 * Bundles `main.ts`.
 *
 * @param project The project's folder.
 * @param output Path of the file to write; {@linkcode PROGRAM_FILE} is written beside it.
 * @throws {Error} With the words of `deno bundle`, or when the bundled gate does not work.
 */
export function bundle(project: string, output: string): void {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-bundle-" }),
  );
  try {
    const gate = `${folder}/main.js`;
    const program = `${folder}/${PROGRAM_FILE}`;
    runBundler(project, gate, [`--external=${PROGRAM_IMPORT}`, "main.ts"]);
    runBundler(project, program, [PROGRAM_IMPORT]);
    Deno.writeTextFileSync(gate, pointedAtProgram(Deno.readTextFileSync(gate)));
    const eager = compileEagerly(
      Deno.readTextFileSync(gate),
      calledFunctions(gate),
    );
    Deno.writeTextFileSync(output, eager);
    Deno.copyFileSync(
      program,
      `${output.slice(0, output.lastIndexOf("/") + 1)}${PROGRAM_FILE}`,
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function pointedAtProgram(gate: string): string {
  const parts = gate.split(`import("${PROGRAM_IMPORT}")`);
  if (parts.length !== 2) {
    throw new Error(`main.ts imports ${PROGRAM_IMPORT} not once`);
  }
  // Put together when it is asked for: Deno reads every file that it sees named, and the gate would wait for it.
  const [stem, ending] = PROGRAM_FILE.split(".");
  return parts.join(`import(["./${stem}","${ending}"].join("."))`);
}

function runBundler(
  project: string,
  output: string,
  args: readonly string[],
): void {
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--output", output, ...args],
    cwd: project,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (!success) {
    throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
  }
}

if (import.meta.main) {
  const [flag, path] = Deno.args;
  if (
    Deno.args.length > 2 || (flag !== undefined && flag !== "--output") ||
    (flag !== undefined && path === undefined)
  ) {
    Deno.stderr.writeSync(
      new TextEncoder().encode("usage: bundle.ts [--output FILE]\n"),
    );
    Deno.exit(64);
  }
  const project = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  const output = path ?? `${project}/dist/main.js`;
  Deno.mkdirSync(output.slice(0, output.lastIndexOf("/") + 1) || ".", {
    recursive: true,
  });
  bundle(project, output);
}
