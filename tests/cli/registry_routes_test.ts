import assert from "node:assert/strict";
import { jsonIn, runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("--json may stand before both words, between them and behind", async () => {
  // Kills: a flag that only works in one place.
  const world = new World();
  for (
    const line of [
      "--json registry list",
      "registry list --json",
      "--json lock show",
      "--json registry drivers",
      "--json registry check a/b",
    ]
  ) {
    const { code, out } = await runIn(world, line.split(" "));
    assert.equal(code, 0, line);
    assert.equal(typeof JSON.parse(out), "object", line);
  }
});

Deno.test("a family is read as people type it; one that is none is a mistake of the command line", async () => {
  // Kills: `--gpu m4` that finds nothing; `--gpu M4Max` that is taken for clear.
  const world = new World();
  const json = await jsonIn(world, ["registry", "list", "--family", "m5"]);
  assert.ok(Number(json["count"]) > 0);
  for (
    const line of [
      "registry check a/b --gpu M4Max",
      "registry list --family G16",
      "registry list --tier bad",
      "registry chek a",
    ]
  ) {
    assert.equal((await runIn(world, line.split(" "))).code, 64, line);
  }
});

Deno.test("registry alone, and with --help, tells what there is", async () => {
  // Kills: a route that a person cannot find their way in.
  const { code, out } = await runIn(new World(), ["registry", "--help"]);
  assert.equal(code, 0);
  for (const name of ["list", "show", "check", "validate", "drivers"]) {
    assert.match(out, new RegExp(`^ {2}${name} `, "m"));
  }
});
