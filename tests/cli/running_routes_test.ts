import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("fit takes a model and a whole number of tokens", async () => {
  // Kills: a context of "128k" or 0 that is passed over in silence.
  const world = new World();
  assert.equal((await runIn(world, ["fit", "m-8b"])).code, 0);
  assert.equal((await runIn(world, ["fit"])).code, 64);
  for (const bad of ["128k", "0", "1.5", "-1"]) {
    const { code, err } = await runIn(world, ["fit", "m", "--context", bad]);
    assert.equal(code, 64, bad);
    assert.match(err, /whole number/);
  }
});
