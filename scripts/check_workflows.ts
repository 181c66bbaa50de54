/**
 * Has `actionlint` look at the workflows: `deno task check:workflows`. It is built with Go once (20 seconds).
 *
 * @module
 */
import { isFile, listFiles, projectRoot } from "./source_tree.ts";

const MODULE = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

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

function main(): number {
  const root = projectRoot([]);
  const bin = `${root}/.cache/actionlint`;
  if (!isFile("", `${bin}/actionlint`)) {
    if (!run("go", ["install", MODULE], { GOBIN: bin })) return 1;
  }
  const files = listFiles(root, ".github/workflows")
    .map((path) => `${root}/${path}`);
  return run(`${bin}/actionlint`, files) ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = main();
