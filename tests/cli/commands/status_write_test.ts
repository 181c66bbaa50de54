import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { HOME, STATE, World } from "../../fakes/world.ts";
import { readGoodStatus } from "../../status_schema.ts";

const PATH = `${STATE}/status.json`;

Deno.test("--once writes one picture and says where, as the Python metal-guard does", async () => {
  // Kills: another form of the answer than `{ out, mode }`.
  const world = new World();
  const { code, out } = await runIn(world, ["status-write", "--once"]);
  assert.deepEqual([code, out], [0, `Wrote ${PATH}\n`]);
  readGoodStatus(world.store.text(PATH) ?? "");
  assert.deepEqual(await jsonIn(world, ["status-write", "--once"]), {
    out: PATH,
    mode: "once",
  });
});

Deno.test("--once ends with 1 when it cannot write, and says why", async () => {
  // Kills: a set-up script that goes on without its file.
  const world = new World();
  world.store.putFolder(`${HOME}/closed`, { mode: 0 });
  const line = ["status-write", "--once", "--out", `${HOME}/closed/s.json`];
  const { code, err } = await runIn(world, line);
  assert.equal(code, 1);
  assert.match(err, /permission denied/);
  const homeless = new World({ env: { HOME: undefined } });
  assert.equal((await runIn(homeless, ["status-write"])).code, 1);
});
