import assert from "node:assert/strict";
import { jsonIn, runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("windows default to 72 h for panics and 24 h for aborts, and keep their bounds", async () => {
  // Kills: a default that is not the gate's; a window of a thousand years.
  const world = new World();
  assert.equal((await jsonIn(world, ["panics"]))["panics_window_hours"], 72);
  assert.equal((await jsonIn(world, ["aborts"]))["aborts_window_hours"], 24);
  for (const hours of ["0", "0.5", "87600"]) {
    const { code } = await runIn(world, ["panics", "--since-hours", hours]);
    assert.equal(code, 0, hours);
  }
  const { code } = await runIn(world, ["panics", "--since-hours", "87601"]);
  assert.equal(code, 64);
});

Deno.test("--lines has a short name and bounds", async () => {
  // Kills: `-n 0` that shows the default; a number that reads the whole log.
  const world = new World();
  for (const count of ["0", "2000"]) {
    assert.equal((await runIn(world, ["breadcrumb", "-n", count])).code, 0);
  }
  assert.equal((await runIn(world, ["breadcrumb", "-n", "2001"])).code, 64);
});
