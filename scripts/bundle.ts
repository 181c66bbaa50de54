/**
 * Builds the program in the one file that ships: bundled, minified, and with the gate's functions compiled ahead.
 *
 * `--output FILE` says where to. @default dist/main.js
 *
 * @module
 */
import { calledFunctions } from "./bundle/called_functions.ts";
import { compileEagerly } from "./bundle/compile_eagerly.ts";

/**
 * Bundles `main.ts`.
 *
 * @param project The project's folder.
 * @param output Path of the file to write.
 * @throws {Error} With the words of `deno bundle`, or when the bundled gate does not work.
 */
export function bundle(project: string, output: string): void {
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-bundle-" }),
  );
  const plain = `${folder}/main.js`;
  try {
    const { success, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--quiet", "--minify", "--output", plain, "main.ts"],
      cwd: project,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).outputSync();
    if (!success) {
      throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
    }
    const program = Deno.readTextFileSync(plain);
    Deno.writeTextFileSync(
      output,
      compileEagerly(program, calledFunctions(plain)),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
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
