import assert from "node:assert/strict";
import { isGemma4Family } from "../../lib/policy/model_family.ts";

Deno.test("isGemma4Family() knows the publishers and both forms of size", () => {
  // Kills: the longer pause left out for an `e4b` model, or for a spelling in capitals.
  for (
    const id of [
      "mlx-community/gemma-4-26b-a4b-it-4bit",
      "unsloth/gemma-4-31b-",
      "mlx-models/gemma-4-e4b-it",
      "mlx-community/Gemma-4-E4B-it",
    ]
  ) assert.equal(isGemma4Family(id), true, id);
});

Deno.test("isGemma4Family() fails open for other publishers, families and shapes", () => {
  // Kills: a pause for gemma-3, for a bare name, or for a vendor that only ends the same way.
  for (
    const id of [
      "",
      "gemma-4-31b-it",
      "/gemma-4-31b-it",
      "evil/gemma-4-31b-it",
      "x-mlx-community/gemma-4-31b-it",
      "mlx-community/gemma-4-31b",
      "mlx-community/gemma-4b-it",
      "mlx-community/gemma-4-xl-it",
      "mlx-community/gemma-3-27b-it",
    ]
  ) assert.equal(isGemma4Family(id), false, id);
});
