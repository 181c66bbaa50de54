/** `metal-guard run --wired-limit off` around a real Python with the real MLX. */
import assert from "node:assert/strict";
import { pythonOfTests } from "../python_of_tests.ts";
import { RunPlace } from "../torture/run_place.ts";

/** What a program sees that asks MLX for wired memory, as mlx-lm does at its start. */
const ASKS = `
import mlx.core as mx
from mlx.core import set_wired_limit
print(set_wired_limit is mx.set_wired_limit, type(set_wired_limit).__name__, set_wired_limit(1 << 30))
`;

Deno.test("with --wired-limit off MLX wires nothing, in any Python of the command, and the log and the report say so", async () => {
  // Kills: a mitigation that is announced and not there; one that a Python started by a launcher escapes.
  await using place = new RunPlace();
  const python = pythonOfTests();
  const run = async (
    words: readonly string[],
  ): Promise<{ code: number; stdout: string; stderr: string }> =>
    await place.start([
      ...["--report", place.report, "--wired-limit", "off", "--"],
      ...words,
    ]).end();
  const direct = await run([python, "-c", ASKS]);
  assert.equal(direct.stdout, "True function 0\n", direct.stderr);
  assert.match(direct.stderr, /wired limit off: on in process \d+/);
  assert.match(direct.stderr, /wired limit off: in force in process \d+/);
  const report = Deno.readTextFileSync(place.report);
  assert.match(report, /"reason": "wired limit off: in force in process \d+/);
  const below = await run([
    ...["/bin/sh", "-c", `"$0" -c "$1"; exit 7`, python, ASKS],
  ]);
  assert.equal(below.code, 7);
  assert.equal(below.stdout, "True function 0\n");
  assert.match(below.stderr, /in force in process/);
  const isolated = await run([python, "-I", "-c", ASKS]);
  assert.match(isolated.stdout, /^True nb_func/);
  assert.match(isolated.stderr, /wired limit off: not in force: no Python/);
});
