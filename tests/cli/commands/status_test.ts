import assert from "node:assert/strict";
import { runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("--format json is --json; swiftbar ends with 0, whatever the health", async () => {
  // Kills: a menu bar that shows a broken plug-in after a panic, just when it is looked at.
  const world = new World().panic(1);
  const json = await runIn(world, ["status", "--json"]);
  assert.equal(json.code, 1);
  assert.deepEqual(await runIn(world, ["status", "--format", "json"]), json);
  const menu = await runIn(world, ["status", "--format", "swiftbar"]);
  assert.equal(menu.code, 0);
  assert.match(menu.out, /^🟡 WAIT 1 h\n---\n/);
});

Deno.test("--watch goes with no other form", async () => {
  // Kills: a JSON object between two drawings.
  for (const flags of [["--json"], ["--format", "swiftbar"]]) {
    const line = ["status", "--watch", ...flags];
    assert.equal((await runIn(new World(), line)).code, 64);
  }
});
