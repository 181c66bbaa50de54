import assert from "node:assert/strict";
import { FakeTerminal, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("--watch draws on a terminal only", async () => {
  // Kills: a log file full of cursor movements.
  const piped = await runIn(new World(), ["status", "--watch"]);
  assert.deepEqual([piped.code, piped.out], [64, ""]);
  const dumb = new World({ env: { TERM: "dumb" } });
  const terminal = new FakeTerminal(true);
  const { code, out } = await runIn(dumb, ["status", "--watch"], terminal);
  assert.deepEqual([code, out], [64, ""]);
});
