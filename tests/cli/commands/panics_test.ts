import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("panics looks as far back as it is told", async () => {
  // Kills: a window in the text that is not the one that was read.
  const world = new World().panic(1).panic(100);
  assert.equal((await jsonIn(world, ["panics"]))["panics_count"], 1);
  const long = await runIn(world, ["panics", "--since-hours", "100"]);
  assert.match(long.out, /^WARN {2}2 kernel panics in the last 100 h/);
  assert.equal(long.code, 1);
});
