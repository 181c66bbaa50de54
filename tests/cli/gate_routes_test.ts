import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { SENTINEL, World } from "../fakes/world.ts";

Deno.test("--wait takes a length or none", async () => {
  // Kills: `--wait` alone refused; `--wait --json` that eats the flag behind it.
  for (
    const args of [
      ["panic-gate", "--wait"],
      ["panic-gate", "--wait", "--json"],
      ["panic-gate", "--wait=2h", "-q"],
      ["panic-gate", "--wait", "2h"],
    ]
  ) assert.equal((await runIn(new World(), args)).code, 0, args.join(" "));
  const { code } = await runIn(new World(), ["panic-gate", "--wait=367d"]);
  assert.equal(code, 64);
});

Deno.test("--for takes up to 30 days", async () => {
  // Kills: a limit of the command line that is not the layer's.
  const world = new World();
  assert.equal((await runIn(world, ["hold", "--for", "30d"])).code, 0);
  assert.match(world.store.text(SENTINEL) ?? "", /2026-12-23T12:00:00/);
});

Deno.test("help names exit codes and examples", async () => {
  // Kills: a wrapper written by guessing.
  const { out } = await runIn(new World(), ["panic-gate", "--help"]);
  for (const words of ["0 go, 2 wait", "64 usage", "--wait=2h --quiet"]) {
    assert.ok(out.includes(words), words);
  }
});
