import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("hardware shows the Mac and what fits it, without opening Metal", async () => {
  // Kills: a command that shows settings for another machine; one that wakes the GPU.
  const world = new World();
  world.machine.beM4Max();
  const { code, out } = await runIn(world, ["hardware"]);
  assert.equal(code, 0);
  assert.match(out, /^Chip {8}Apple M4 Max$/m);
  assert.match(out, /^Memory {6}128 GiB, tier high$/m);
  assert.match(out, /^GPU driver {2}130\.15\.2$/m);
  assert.match(out, /^Recommended 3 models at a time/m);
  assert.equal(world.metal.wakes, 0);
});

Deno.test("hardware --json has the seed's names for settings and limit", async () => {
  // Kills: bytes under a key that says GB; settings under other names than the Python tool's.
  const world = new World();
  world.machine.beM4Max();
  const json = await jsonIn(world, ["hardware"]);
  assert.equal(json["memory_gb"], 128);
  assert.deepEqual(json["recommended_config"], {
    tier: "high",
    max_concurrent_models: 3,
    cooldown_secs: 2,
    overhead_gb: 2,
    kv_headroom_gb: 8,
    kv_growth_rate_warn: 2,
    watchdog_warn_pct: 70,
    watchdog_critical_pct: 85,
  });
  assert.deepEqual(json["wired_limit"], {
    limit_mb: 0,
    total_gb: 128,
    ratio: null,
    mode: "default",
    advisory: null,
  });
  assert.deepEqual(json["findings"], []);
});

Deno.test("hardware of a machine that nobody can ask is null, with a reason for each question", async () => {
  // Kills: an empty Mac.
  const { code } = await runIn(new World(), ["hardware"]);
  assert.equal(code, 0);
  const json = await jsonIn(new World(), ["hardware"]);
  assert.deepEqual(
    [json["chip"], json["memory_gb"], json["recommended_config"]],
    [null, null, null],
  );
  const probes = json["probes"];
  assert.ok(Array.isArray(probes) && probes.length === 5);
  for (const { source, failures } of probes) {
    assert.equal(source, null);
    assert.notEqual(failures[0].because, "");
  }
});
