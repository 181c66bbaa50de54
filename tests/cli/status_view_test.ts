import assert from "node:assert/strict";
import { jsonIn, runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("status, panics, breadcrumb and mode print one object and end with one code", async () => {
  // Kills: a command of the four with keys or a health code of its own (SPEC 14).
  const world = new World().panic(1);
  const keys = Object.keys(await jsonIn(world, ["status"]));
  for (const name of ["status", "panics", "breadcrumb", "mode"]) {
    assert.deepEqual(Object.keys(await jsonIn(world, [name])), keys, name);
    assert.equal((await runIn(world, [name])).code, 1, name);
  }
});
