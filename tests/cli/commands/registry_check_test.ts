import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

const GEMMA = "mlx-community/gemma-4-31b-it-8bit";

Deno.test("registry check ends with 0 clear, 1 advisory, 2 panic, in text and JSON alike", async () => {
  // Kills: an exit code that depends on the form.
  const world = new World();
  for (
    const [words, code] of [
      [["nobody/knows"], 0],
      [["mlx-community/kimi-k2.5"], 1],
      [["unsloth/gemma-4-31b-it-4bit"], 1],
      [[GEMMA, "--gpu", "M5"], 1],
      [[GEMMA, "--gpu", "M4"], 2],
      [[GEMMA], 2],
      // Filed as an abort by its first source; one report of a panic of it is known.
      [["mlx-community/Qwen3-Coder-Next-4bit", "--gpu", "M4"], 2],
      [["mlx-community/Qwen3-Coder-Next-4bit", "--gpu", "M1"], 1],
    ] as const
  ) {
    assert.equal(
      (await runIn(world, ["registry", "check", ...words])).code,
      code,
      words.join(" "),
    );
    const json = await jsonIn(world, ["registry", "check", ...words]);
    assert.equal(json["exit_code"], code, words.join(" "));
  }
});

Deno.test("own entries that could not be used are told on standard error and in JSON", async () => {
  // Kills: "clear" although the entry was there, with a comma too many.
  const world = new World({ env: { METALGUARD_REGISTRY: "/own.jsonc" } });
  world.store.put("/own.jsonc", "{,");
  const { code, out, err } = await runIn(world, [
    "registry",
    "check",
    "a/b",
    "--json",
  ]);
  assert.equal(code, 0);
  assert.match(err, /\/own\.jsonc:1:2: .*not used/);
  assert.match(JSON.stringify(JSON.parse(out).findings), /registry-overlay/);
});
