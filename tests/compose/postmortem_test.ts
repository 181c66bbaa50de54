import assert from "node:assert/strict";
import { World } from "../fakes/world.ts";

Deno.test("guard.postmortem reads nothing before it is asked", () => {
  // Kills: a getter that opens files.
  const world = new World();
  const before = world.store.opened.length;
  assert.ok(world.guard().postmortem !== undefined);
  assert.equal(world.store.opened.length, before);
});
