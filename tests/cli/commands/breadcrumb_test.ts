import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { STATE, World } from "../../fakes/world.ts";

Deno.test("breadcrumb shows twenty lines, as many as it is told, or none", async () => {
  // Kills: `-n 0` that shows twenty; the first lines in place of the last.
  const world = new World();
  const lines = Array.from({ length: 30 }, (_, index) => `[t] LOAD: ${index}`);
  world.store.put(`${STATE}/metal_breadcrumb.log`, `${lines.join("\n")}\n`);
  const shown = async (...args: readonly string[]): Promise<string> =>
    (await runIn(world, ["breadcrumb", ...args])).out;
  assert.equal(await shown(), `${lines.slice(10).join("\n")}\n`);
  assert.equal(await shown("-n", "1"), "[t] LOAD: 29\n");
  assert.match(await shown("--lines", "0"), /^No breadcrumbs in /);
  assert.deepEqual(
    (await jsonIn(world, ["breadcrumb", "-n", "2"]))["breadcrumb"],
    {
      path: `${STATE}/metal_breadcrumb.log`,
      lines: lines.slice(28),
    },
  );
});
