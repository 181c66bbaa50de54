/**
 * Builds the files that ship: the gate, and beside it `status --json`, `registry check` and a plain `run`, all with their functions
 * compiled ahead, and every other command; what is beside the gate is loaded when it is asked for. All are bundled and
 * minified.
 *
 * `--output FILE` says where the gate goes. @default dist/main.js
 *
 * @module
 */
import { calledFunctions } from "./bundle/called_functions.ts";
import { compileEagerly } from "./bundle/compile_eagerly.ts";

/** The file beside the gate's that has all commands. */
export const PROGRAM_FILE = "program.js";
/** The file beside the gate's that answers `status --json`. */
export const STATUS_FILE = "status.js";
/** The file beside the gate's that answers `registry check`. */
export const REGISTRY_FILE = "registry.js";
/** The file beside the gate's that runs a command of which nothing has to be known but its words. */
export const RUN_FILE = "run.js";
/** The imports that part them, each once, as they stand in `main.ts`. */
const PARTS: readonly (readonly [string, string])[] = [
  ["./lib/program.ts", PROGRAM_FILE],
  ["./lib/status_program.ts", STATUS_FILE],
  ["./lib/registry_program.ts", REGISTRY_FILE],
  ["./lib/run_program.ts", RUN_FILE],
];

/**
 * Bundles `main.ts`.
 *
 * @param project The project's folder.
 * @param output Path of the file to write; the other parts are written beside it.
 * @throws {Error} With the words of `deno bundle`, or when the bundled gate does not work.
 */
export function bundle(project: string, output: string): void {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-bundle-" }),
  );
  try {
    const gate = `${folder}/main.js`;
    runBundler(project, gate, [
      ...PARTS.map(([path]) => `--external=${path}`),
      "main.ts",
    ]);
    for (const [path, file] of PARTS) {
      runBundler(project, `${folder}/${file}`, [path]);
    }
    Deno.writeTextFileSync(gate, pointedAtParts(Deno.readTextFileSync(gate)));
    const target = output.slice(0, output.lastIndexOf("/") + 1);
    const felt = [
      [gate, output],
      ...[STATUS_FILE, REGISTRY_FILE, RUN_FILE].map((file) =>
        [`${folder}/${file}`, `${target}${file}`] as const
      ),
    ] as const;
    const called = calledFunctions(gate, felt.map(([from]) => from));
    for (const [from, to] of felt) {
      const eager = compileEagerly(
        Deno.readTextFileSync(from),
        called.get(from) ?? [],
      );
      Deno.writeTextFileSync(to, eager);
    }
    Deno.copyFileSync(`${folder}/${PROGRAM_FILE}`, `${target}${PROGRAM_FILE}`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function pointedAtParts(gate: string): string {
  return PARTS.reduce((text, [path, file]) => {
    const parts = text.split(`import("${path}")`);
    if (parts.length !== 2) throw new Error(`main.ts imports ${path} not once`);
    // Put together when it is asked for: Deno reads every file that it sees named, and the gate would wait for it.
    const [stem, ending] = file.split(".");
    return parts.join(`import(["./${stem}","${ending}"].join("."))`);
  }, gate);
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
