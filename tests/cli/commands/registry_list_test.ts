import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { entryText } from "../../fakes/registry.ts";
import { World } from "../../fakes/world.ts";

Deno.test("registry list filters by tier, family and class, together too", async () => {
  // Kills: a filter that is not looked at.
  const world = new World();
  const count = async (...flags: readonly string[]): Promise<number> =>
    Number((await jsonIn(world, ["registry", "list", ...flags]))["count"]);
  const all = await count();
  const panic = await count("--tier", "panic");
  const m5 = await count("--family", "M5");
  assert.ok(all >= 54 && panic > 10 && panic < all && m5 > 0 && m5 < all);
  assert.ok(
    await count("--tier", "panic", "--family", "M5") < Math.min(panic, m5),
  );
  assert.ok(await count("--class", "metal_descriptor_leak") >= 8);
  assert.equal(await count("--class", "nothing"), 0);
});

Deno.test("registry list marks own entries and tells those that could not be used", async () => {
  // Kills: an own entry that is dropped without a word.
  const world = new World({ env: { METALGUARD_REGISTRY: "/own" } });
  world.store.putFolder("/own").put("/own/owner_own_4bit.jsonc", entryText())
    .put("/own/broken.jsonc", "{");
  const { code, out } = await runIn(world, ["registry", "list"]);
  assert.equal(code, 0);
  assert.match(out, /owner\/own-4bit {2}\(your own\)/);
  assert.match(out, /Note {8}\/own\/broken\.jsonc:1:2: /);
});
