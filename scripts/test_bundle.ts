/**
 * Runs the contract tests of the command line over what an executable embeds, taken out of it: `deno task test:bundle
 * [FILE]`. Without a file one is compiled here, around whatever runtime there is. Apart from the usual tests, which run
 * the same over the sources.
 *
 * @module
 */
import { findPayloads } from "./executable/container.ts";
import { extractPayload } from "./executable/extract.ts";
import { parsePayload } from "./executable/payload.ts";
import { compile } from "./release/compile.ts";
import { layStage } from "./release/stage.ts";
import { targetOf } from "./release/target.ts";
import { projectRoot } from "./source_tree.ts";

/** What a user of the command line meets. */
const TESTS: readonly string[] = [
  "bad_state_test.ts",
  "cli_gate_test.ts",
  "cli_json_test.ts",
  "cli_machine_test.ts",
  "cli_registry_test.ts",
  "cli_test.ts",
  "completions_test.ts",
].map((name) => `tests/contract/${name}`);

async function main(args: readonly string[]): Promise<number> {
  const root = projectRoot([]);
  const work = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-bundle-" }),
  );
  try {
    // Some tests run the program as another user.
    Deno.chmodSync(work, 0o755);
    const program = args[0] ?? await compileHere(root, work);
    const [found] = findPayloads(Deno.readFileSync(program));
    if (found === undefined) return 1;
    extractPayload(parsePayload(found.data), `${work}/extracted`);
    const { success } = new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--allow-all", ...TESTS],
      cwd: root,
      env: { METALGUARD_EXTRACTED_MAIN: `${work}/extracted/main.js` },
      stdout: "inherit",
      stderr: "inherit",
    }).outputSync();
    return success ? 0 : 1;
  } finally {
    Deno.removeSync(work, { recursive: true });
  }
}

async function compileHere(root: string, work: string): Promise<string> {
  const target = targetOf(Deno.build.target);
  if (target === undefined) {
    throw new Error(`No program for ${Deno.build.target}`);
  }
  Deno.mkdirSync(`${work}/stage`);
  const stage = await layStage(root, `${work}/stage`, { hasLibrary: false });
  const output = `${work}/metal-guard`;
  compile(stage, { target, output, standIn: Deno.execPath() });
  return output;
}

if (import.meta.main) {
  void main(Deno.args).then((code) => {
    Deno.exitCode = code;
  });
}
