import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("an interval below a second, or a path that names a folder, is a usage error", async () => {
  // Kills: a writer that never rests; a file called `/`.
  for (
    const args of [
      ["--interval", "0"],
      ["--interval", "0.9"],
      ["--interval", "1e9"],
      ["--interval", "x"],
      ["--out", ""],
      ["--out", "/tmp/"],
      ["--onec"],
    ]
  ) {
    const world = new World();
    const { code } = await runIn(world, ["status-write", "--once", ...args]);
    assert.equal(code, 64, args.join(" "));
  }
});
