import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("registry show gives one entry with all its links, whatever the capitals", async () => {
  // Kills: an entry that cannot be found as it was typed.
  const world = new World();
  const { code, out } = await runIn(world, [
    "registry",
    "show",
    "MLX-community/gemma-4-31B-it-8bit",
  ]);
  assert.equal(code, 0);
  assert.match(out, /^PANIC {2}mlx-community\/gemma-4-31b-it-8bit/);
  assert.match(out, /https:\/\/github\.com\/ml-explore\/mlx\/issues\/3186/);
  assert.match(out, /Known against it:\s+Blaizzy\/mlx-vlm#943/);
  const json = await jsonIn(world, [
    "registry",
    "show",
    "mlx-community/kimi-k2.5",
  ]);
  assert.equal(json["tier"], "abort");
});

Deno.test("registry show of an unknown id ends with 1 and names what is near", async () => {
  // Kills: an empty answer with code 0.
  const world = new World();
  const near = await runIn(world, [
    "registry",
    "show",
    "unsloth/gemma-4-31b-it-4bit",
  ]);
  assert.deepEqual([near.code, near.out], [1, ""]);
  assert.match(near.err, /near it: mlx-community\/gemma-4-31b-it-8bit/);
  assert.match(
    (await runIn(world, ["registry", "show", "a/b"])).err,
    /registry list names them all/,
  );
});
