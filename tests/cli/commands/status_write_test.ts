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

Deno.test("--metrics-dir writes metal_guard.prom beside the picture, and a folder that is missing costs only that", async () => {
  // Kills: metrics without a picture, or no picture because there are no metrics; a single write that promises the next.
  const world = new World();
  world.store.putFolder("/opt/textfile", { mode: 0o755 });
  const line = ["status-write", "--once", "--metrics-dir"];
  const { code } = await runIn(world, [...line, "/opt/textfile"]);
  assert.equal(code, 0);
  const text = world.store.text("/opt/textfile/metal_guard.prom") ?? "";
  assert.match(text, /^metal_guard_gate_closed 0$/m);
  assert.doesNotMatch(text, /^metal_guard_write_interval_seconds/m);
  const lost = new World();
  const failed = await runIn(lost, [...line, "/opt/typo"]);
  assert.equal(failed.code, 1);
  assert.match(failed.err, /\/opt\/typo\/metal_guard\.prom: its folder is not/);
  readGoodStatus(lost.store.text(PATH) ?? "");
});
