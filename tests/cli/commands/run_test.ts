import assert from "node:assert/strict";
import { runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

const REPORT = JSON.stringify({
  "schema_version": "1.0",
  status: "ended",
  words: "The guard ended the program: footprint 11.0 MiB ≥ 10.0 MiB.",
  cause: "footprint",
  "exit_code": 76,
  "peak_bytes": 11_534_336,
  events: [{ at: "2026-01-01T00:00:00Z", kind: "kill", reason: "grace" }],
});

Deno.test("--explain reads a report to a person and starts nothing", async () => {
  // Kills: an explanation that needs a command behind --.
  const world = new World();
  world.store.putFolder("/r").put("/r/report.json", REPORT);
  const { code, out } = await runIn(world, [
    "run",
    "--explain",
    "/r/report.json",
  ]);
  assert.equal(code, 0);
  assert.match(out, /ENDED BY THE GUARD \(footprint\)/);
  assert.match(out, /kill: grace/);
  const missing = await runIn(world, ["run", "--explain", "/r/none.json"]);
  assert.notEqual(missing.code, 0);
  assert.equal(missing.out, "");
});

Deno.test("a refusal is 75 with its reason and its way out", async () => {
  // Kills: a refusal that a supervisor takes for a crash of the program.
  const { code, err } = await runIn(new World().panic(0.5), [
    "run",
    "--",
    "server",
  ]);
  assert.equal(code, 75);
  assert.match(err, /panic_cooldown/);
});

Deno.test("without -- nothing is taken for the command, without one nothing runs", async () => {
  // Kills: `run python x.py --wait` whose flag is taken for ours.
  const world = new World();
  for (const words of [["python", "x.py"], ["--"], []]) {
    assert.equal((await runIn(world, ["run", ...words])).code, 64);
  }
  assert.equal((await runIn(world, ["run", "--help"])).code, 0);
});
