import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("registry drivers marks this Mac's row, and always ends with 0", async () => {
  // Kills: a question that fails a script; a table that says nothing about this machine.
  const world = new World();
  world.children.put("/usr/sbin/sysctl", { stdout: "25E253\n" });
  const { code, out } = await runIn(world, ["registry", "drivers"]);
  assert.equal(code, 0);
  assert.match(
    out,
    /\n> IOGPUFamily 130\.13, macOS 26\.4\.1 \(25E253\), this Mac\n/,
  );
  const json = await jsonIn(new World(), ["registry", "drivers"]);
  assert.equal(json["os_build"], null);
  assert.ok(Array.isArray(json["drivers"]) && json["drivers"].length >= 8);
});
