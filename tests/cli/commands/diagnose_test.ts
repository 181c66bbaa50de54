import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("diagnose ends with 0, 1 or 2, in text and JSON alike, and starts nothing", async () => {
  // Kills: a code that hangs on the format; a diagnosis that starts Python or opens Metal.
  for (const [panics, code] of [[0, 0], [1, 1], [4, 1], [5, 2]] as const) {
    const world = new World();
    for (let index = 0; index < panics; index++) world.panic(index + 0.5);
    const text = await runIn(world, ["diagnose"]);
    const json = await runIn(world, ["diagnose", "--json"]);
    assert.deepEqual([text.code, json.code], [code, code]);
    assert.equal(JSON.parse(json.out).exit_code, code);
    assert.deepEqual(world.children.starts, []);
  }
});

Deno.test("diagnose looks back as far as it is asked to, and keeps the gate's answer", async () => {
  // Kills: a gate that is open because somebody looks at the last quarter of an hour.
  const world = new World().panic(0.5);
  const json = await jsonIn(world, [
    "diagnose",
    "--since-hours",
    "0.25",
  ]);
  assert.equal(Object(json).situation, "nothing");
  assert.equal(Object(json).panic_cooldown.exit_code, 2);
});
