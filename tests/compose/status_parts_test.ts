import assert from "node:assert/strict";
import { makeStatus } from "../../lib/compose/status_parts.ts";
import { World } from "../fakes/world.ts";

Deno.test("makeStatus() asks each layer of its guard", async () => {
  // Kills: a layer that is wired to another one's question.
  const world = new World().panic(1);
  world.machine.beM4Max();
  const guard = world.guard();
  const status = makeStatus(guard, world.clock, () => Promise.resolve("/x"));
  assert.deepEqual(await status.read(), await guard.status.read());
  assert.equal(await status.write(), "/x");
});
