import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";
import { showRegistryAnswer } from "../../lib/cli/registry_answer.ts";

Deno.test("showRegistryAnswer() ends with 0 clear, 1 advisory, 2 panic tier, in both forms", async () => {
  // Kills: a tier that a program reads as clear.
  assert.equal(typeof showRegistryAnswer, "function");
  const world = new World();
  for (
    const [id, code] of [
      ["nobody/reported-this", 0],
      ["mlx-community/gemma-4-31b-it-8bit", 2],
    ] as const
  ) {
    for (const flags of [[], ["--json"]]) {
      const answer = await runIn(world, ["registry", "check", id, ...flags]);
      assert.equal(answer.code, code);
      assert.match(answer.out, new RegExp(id.slice(0, 12)));
    }
  }
});
