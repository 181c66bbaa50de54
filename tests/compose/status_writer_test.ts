import assert from "node:assert/strict";
import { World } from "../fakes/world.ts";

Deno.test("a writer without HOME and without a path says what to do", async () => {
  // Kills: a file in the folder where somebody happens to be.
  const world = new World({ env: { HOME: undefined } });
  await assert.rejects(
    world.guard().statusWriter(),
    /set HOME, or name a file/,
  );
  const writer = await world.guard().statusWriter({ path: "/x/s.json" });
  assert.equal(writer.path, "/x/s.json");
});
