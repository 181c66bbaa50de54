import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("status ends with 0, 1 or 2 by the number of panics", async () => {
  // Kills: a health code that a cron job cannot use.
  const codes = await Promise.all([0, 1, 4, 5].map(async (count) => {
    const world = new World();
    for (let index = 0; index < count; index++) world.panic(index + 1);
    return (await runIn(world, ["status"])).code;
  }));
  assert.deepEqual(codes, [0, 1, 1, 2]);
});

Deno.test("status --json carries the gate's verdict", async () => {
  // Kills: a dashboard that has to ask twice.
  const json = await jsonIn(new World().panic(1), ["status"]);
  const gate = json["panic_cooldown"];
  assert.ok(typeof gate === "object" && gate !== null && "kind" in gate);
  assert.equal(gate.kind, "cooldown");
});
