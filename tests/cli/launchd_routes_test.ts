import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("launchd lists its commands, and each says that nothing is done unasked", async () => {
  // Kills: somebody who reads the help and does not find --apply.
  const { code, out } = await runIn(new World(), ["launchd", "--help"]);
  assert.equal(code, 0);
  for (const name of ["print", "install", "uninstall"]) {
    assert.match(out, new RegExp(`^ {2}${name} `, "m"));
  }
  for (const name of ["install", "uninstall"]) {
    const { out } = await runIn(new World(), ["launchd", name, "--help"]);
    assert.match(out, /--apply does it/);
    assert.match(out, /Exit codes/);
  }
});

Deno.test("what belongs to the command stands behind --", async () => {
  // Kills: `--model` of a server that is taken for a flag of ours, or ours for the server's.
  const world = new World({ env: { METALGUARD_BIN: "/opt/metal-guard" } });
  const words = ["/v/server", "--name", "x", "--json", "--", "y"];
  const { code, out } = await runIn(world, [
    "launchd",
    "print",
    "run",
    "--name",
    "mine",
    "--",
    ...words,
  ]);
  assert.equal(code, 0);
  assert.match(out, /com\.metal-guard\.run\.mine</);
  const strings = [...out.matchAll(/^ {4}<string>(.*)<\/string>$/gm)]
    .map(([, text]) => text);
  assert.deepEqual(strings, [
    "/opt/metal-guard",
    "run",
    "--wait",
    "--",
    ...words,
  ]);
});
