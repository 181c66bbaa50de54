import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("breaker and orphan-scan say what they do and how they end", async () => {
  // Kills: a command that is not listed; an exit code that no help mentions.
  const all = await runIn(new World(), ["--help"]);
  assert.match(all.out, /^ +breaker /m);
  assert.match(all.out, /^ +orphan-scan /m);
  const breaker = await runIn(new World(), ["breaker", "--help"]);
  assert.match(breaker.out, /--clear/);
  assert.match(breaker.out, /Exit code/);
  const orphans = await runIn(new World(), ["orphan-scan", "--help"]);
  assert.match(orphans.out, /--kill/);
  assert.match(orphans.out, /--threshold-sec/);
  assert.match(orphans.out, /Exit codes/);
});

Deno.test("orphan-scan refuses a threshold that is no number of seconds", async () => {
  // Kills: `--threshold-sec=soon`, after which nothing is ever old enough.
  for (const bad of ["soon", "-1", "", "Infinity"]) {
    const line = ["orphan-scan", `--threshold-sec=${bad}`];
    assert.equal((await runIn(new World(), line)).code, 64, bad);
  }
});
