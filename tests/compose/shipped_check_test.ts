import assert from "node:assert/strict";
import { checkShippedRegistry } from "../../lib/compose/shipped_check.ts";
import { World } from "../fakes/world.ts";

Deno.test("checkShippedRegistry() answers as a guard without own entries does", async () => {
  // Kills: two answers to one question.
  const { registry } = new World().guard();
  for (
    const [id, gpuFamily] of [
      ["mlx-community/gemma-4-31b-it-8bit", undefined],
      ["MLX-Community/gemma-4-31b-it-8bit", "M5"],
      ["mlx-community/gemma-4-31b-it-4bit", "M4"],
      ["nobody/reported-this", undefined],
    ] as const
  ) {
    assert.deepEqual(
      checkShippedRegistry(id, gpuFamily),
      await registry.check(id, gpuFamily === undefined ? {} : { gpuFamily }),
    );
  }
});
