import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("advisories says in its help whose packages it reads, and what its exit codes mean", async () => {
  // Kills: a script that takes 3 for "clear".
  const { code, out } = await runIn(new World(), ["advisories", "--help"]);
  assert.equal(code, 0);
  assert.match(out, /without starting Python/);
  assert.match(out, /0 nothing known, 1 an advisory, 2 a release .* 3/);
});

Deno.test("advisories takes one Python, and no words of its own", async () => {
  // Kills: `advisories mlx` that is passed over and answers for everything.
  const world = new World();
  assert.equal((await runIn(world, ["advisories", "mlx"])).code, 64);
  assert.equal((await runIn(world, ["advisories", "--python"])).code, 64);
});
