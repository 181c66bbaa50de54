import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { ACK, World } from "../../fakes/world.ts";

Deno.test("ack writes the file, with the reason, and says so in the seed's words", async () => {
  // Kills: a JSON that scripts of the Python tool do not know.
  const world = new World();
  assert.deepEqual(await jsonIn(world, ["ack", "--reason", "4 bit"]), {
    ack_path: ACK,
    status: "touched",
  });
  assert.equal(world.store.text(ACK), "2026-11-23T12:00:00\n4 bit\n");
  const { code, out } = await runIn(world, ["ack"]);
  assert.equal(code, 0);
  assert.ok(out.startsWith(`Acknowledged (${ACK}).`));
});

Deno.test("ack --clear takes it back, and says whether there was one", async () => {
  // Kills: an error for nothing to take back.
  const world = new World();
  await runIn(world, ["ack"]);
  assert.match((await runIn(world, ["ack", "--clear"])).out, /taken back/);
  assert.equal(world.store.text(ACK), undefined);
  assert.match((await runIn(world, ["ack", "--clear"])).out, /was no ack/);
  assert.equal((await jsonIn(world, ["ack", "--clear"]))["status"], "absent");
  await runIn(world, ["ack"]);
  assert.equal((await jsonIn(world, ["ack", "--clear"]))["status"], "cleared");
});

Deno.test("an ack that cannot be written ends with 1 and says why", async () => {
  // Kills: "Acknowledged" over a read-only disk.
  const world = new World();
  world.store.readOnly = true;
  const { code, out, err } = await runIn(world, ["ack"]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^metal-guard: Cannot .*read-only\n$/);
});
