import assert from "node:assert/strict";
import { isPlainRun } from "../../lib/cli/run_words.ts";

Deno.test("isPlainRun() knows a run of which only its words have to be known, and leaves all else", () => {
  // Kills: a flag that is swallowed, or taken out of the command's own words.
  for (
    const line of [
      "run -- true",
      "run --max-footprint 26GiB -- ./server --port 8080 --wait",
      "run --no-lock --strict --label x -- sh -c exit",
      "run -- cmd -- --observe",
    ]
  ) assert.equal(isPlainRun(line.split(" ")), true, line);
  for (
    const line of [
      "run",
      "run --",
      "run true",
      "run --label --",
      "run --observe -- true",
      "run --wait=2h -- true",
      "run --label=x -- true",
      "run --help -- true",
      "run -- python train.py",
      "run -- uv run x",
      "run -- ./server --model org/m",
      "run -- mlx_lm.server",
      "--json run -- true",
      "lock run -- true",
    ]
  ) assert.equal(isPlainRun(line.split(" ")), false, line);
  assert.equal(isPlainRun([]), false);
});
