import assert from "node:assert/strict";
import { modelInArguments } from "../../lib/parse/model_argument.ts";

Deno.test("the model is that of the command's own option, in both spellings", () => {
  // Kills: a cadence that is passed over for `--model=ID`; the next option taken for a model.
  const find = (line: string): string | undefined =>
    modelInArguments(line.split(" "));
  assert.equal(find("python -m mlx_lm server --model org/m --port 1"), "org/m");
  assert.equal(find("mlx_vlm --model-path=./m"), "./m");
  assert.equal(find("python x.py"), undefined);
  assert.equal(find("python --model --port 1"), undefined);
  assert.equal(find("python --model"), undefined);
  assert.equal(find("python --model="), undefined);
  assert.equal(find("python --modeling org/m"), undefined);
  assert.equal(modelInArguments(["--model", "x".repeat(513)]), undefined);
});
