import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { abortText } from "../../fakes/reports.ts";
import { REPORTS, World } from "../../fakes/world.ts";

Deno.test("aborts explains each class and always ends with 0", async () => {
  // Kills: a survived failure that fails a script; a class without a word about it.
  const world = new World();
  world.store.put(
    `${REPORTS}/python3-1.ips`,
    abortText("2026-11-23 11:00:00.00 +0000"),
  );
  const { code, out } = await runIn(world, ["aborts"]);
  assert.equal(code, 0);
  assert.match(out, /^1 survived failure in the last 24 h/);
  assert.match(
    out,
    /A program died · python3\.13 \(pid 77\) · cmd_buffer_oom\n {4}\S/,
  );
  assert.equal((await jsonIn(world, ["aborts"]))["aborts_count"], 1);
});

Deno.test("a folder that cannot be listed is told", async () => {
  // Kills: "no survived failure" out of a folder that was never seen.
  const world = new World();
  world.store.putFolder(REPORTS, { mode: 0 });
  const { code, out } = await runIn(world, ["aborts"]);
  assert.equal(code, 0);
  assert.match(out, /Cannot list \/Library\/Logs\/DiagnosticReports/);
});
