/**
 * Runs a worker over the real mlx-vlm. Apart from the usual tests, because that package brings 1.1 GB: it is put into an
 * environment of its own, once.
 *
 * @module
 */
import { projectRoot } from "./source_tree.ts";
import { TEST_PYTHON_VARIABLE } from "./test_python.ts";

const FOLDER = ".cache/python-vlm";
const REQUIREMENTS = "scripts/python/vlm.txt";

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): boolean {
  return new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync().success;
}

/** Whether the environment was made of what is asked for now. */
function isMade(root: string): boolean {
  const wanted = Deno.readTextFileSync(`${root}/${REQUIREMENTS}`);
  try {
    return Deno.readTextFileSync(`${root}/${FOLDER}/made-of.txt`) === wanted;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function prepare(root: string, python: string): boolean {
  if (isMade(root)) return true;
  const pip = ["-m", "pip", "install", "--quiet", "--requirement"];
  const isGood =
    run("python3", ["-m", "venv", "--clear", `${root}/${FOLDER}`]) &&
    run(python, [...pip, `${root}/${REQUIREMENTS}`]);
  if (!isGood) return false;
  Deno.copyFileSync(
    `${root}/${REQUIREMENTS}`,
    `${root}/${FOLDER}/made-of.txt`,
  );
  return true;
}

function main(): number {
  const root = projectRoot([]);
  const python = `${root}/${FOLDER}/bin/python`;
  if (!prepare(root, python)) return 1;
  const isGood = run(Deno.execPath(), [
    "test",
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-run",
    "--allow-sys",
    `${root}/tests/mlx/vlm_suite.ts`,
  ], { [TEST_PYTHON_VARIABLE]: python });
  return isGood ? 0 : 1;
}

if (import.meta.main) Deno.exit(main());
