import assert from "node:assert/strict";
import { known } from "../../../lib/core/observed.ts";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { fakeMetal } from "../../fakes/machine_probe.ts";
import { REPORTS, World } from "../../fakes/world.ts";

Deno.test("doctor answers 0 when nothing is to be done, and 1 when something is", async () => {
  // Kills: a doctor whose answer a script cannot read.
  const world = new World();
  world.machine.beM4Max();
  const well = await runIn(world, ["doctor"]);
  assert.equal(well.code, 0);
  assert.match(well.out, /^Nothing is out of order\.$/m);
  world.store.putFolder(REPORTS, { mode: 0, userId: 0 });
  const ill = await runIn(world, ["doctor"]);
  assert.equal(ill.code, 1);
  assert.match(ill.out, /^2 things to look at$/m);
  assert.match(ill.out, /^ {3}\$ sudo chmod o\+rx \/Library\/Logs/m);
});

Deno.test("doctor --metal asks Metal, and refuses with 75 while the gate holds", async () => {
  // Kills: a refusal that looks like an answer; a driver woken an hour after it panicked.
  const world = new World();
  world.machine.beM4Max();
  world.metal.answer = known(fakeMetal());
  const asked = await runIn(world, ["doctor", "--metal"]);
  assert.equal(asked.code, 0);
  assert.match(asked.out, /^Metal {7}ok, 0\.7 ms for a round trip$/m);
  assert.match(asked.out, /recommends at most 115\.4 GB/);
  const closed = new World().panic(1);
  closed.metal.answer = known(fakeMetal());
  const refused = await runIn(closed, ["doctor", "--metal"]);
  assert.equal(refused.code, 75);
  assert.match(refused.err, /Metal was not asked: the gate holds/);
  assert.equal(closed.metal.wakes, 0);
  const unasked = await runIn(closed, ["doctor"]);
  assert.equal(unasked.code, 0);
  assert.match(unasked.out, /^Metal {7}not asked; --metal asks it/m);
});

Deno.test("doctor --json has every part, and says its own exit code", async () => {
  // Kills: a part that only the text has; a code that differs from the program's.
  const world = new World();
  const json = await jsonIn(world, ["doctor"]);
  assert.deepEqual(Object.keys(json), [
    "version",
    "exit_code",
    "knobs",
    "files",
    "panic_cooldown",
    "hardware",
    "memory",
    "host_memory",
    "gpu",
    "probes",
    "metal",
    "launchd",
    "pythons",
    "findings",
  ]);
  assert.deepEqual([json["exit_code"], json["metal"]], [0, null]);
  const refused = await jsonIn(new World().panic(1), ["doctor", "--metal"]);
  assert.equal(refused["exit_code"], 75);
  const { outcome, reason } = Object(refused["metal"]);
  assert.equal(outcome, null);
  assert.match(reason, /gate holds/);
});
