import assert from "node:assert/strict";
import { NEED_ALL, planRuns, WAITING } from "../../scripts/test_runs.ts";

const [FIRST = ""] = NEED_ALL;

/** The paths of each run, and which options beside the permissions it has. */
function plan(asked: readonly string[], there: readonly string[]): string[] {
  return planRuns(asked, (path) => there.includes(path)).map((args) =>
    args.filter((arg) => !arg.startsWith("--allow-") || arg === "--allow-all")
      .join(" ")
  );
}

Deno.test("planRuns() runs each test once, the open ones apart", () => {
  // Kills: a test that runs twice, or in neither run.
  assert.deepEqual(plan([], ["tests", "lib", FIRST]), [
    `--no-prompt --ignore=${FIRST} --doc tests lib`,
    `--allow-all ${FIRST}`,
  ]);
  assert.deepEqual(plan([], ["tests"]), ["--no-prompt --doc tests"]);
  const [, ...others] = plan([], ["tests", ...WAITING]);
  assert.deepEqual(others, [`--no-prompt ${WAITING.join(" ")}`]);
  assert.deepEqual(plan(WAITING, WAITING), [
    `--no-prompt ${WAITING.join(" ")}`,
  ]);
});

Deno.test("planRuns() finds the open ones below the folders that were asked for", () => {
  // Kills: `test tests/ports` that leaves a test out without a word.
  const folder = FIRST.slice(0, FIRST.lastIndexOf("/"));
  assert.deepEqual(plan([`./${folder}/`], [FIRST]), [
    `--no-prompt --ignore=${FIRST} ${folder}`,
    `--allow-all ${FIRST}`,
  ]);
  assert.deepEqual(plan([FIRST], [FIRST]), [`--allow-all ${FIRST}`]);
  assert.deepEqual(plan(["tests/core"], [FIRST]), ["--no-prompt tests/core"]);
});

Deno.test("planRuns() never opens the network to the usual run", () => {
  // Kills: `--allow-all` that moves into the first run.
  const [usual = []] = planRuns([], () => true);
  assert.equal(
    usual.some((arg) => /^(?:-A|-N|--allow-(?:all|net))/.test(arg)),
    false,
  );
});
