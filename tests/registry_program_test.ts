import assert from "node:assert/strict";
import { runRegistryProgram } from "../lib/registry_program.ts";
import { CliPlace } from "./cli_place.ts";

Deno.test("registry check as a process answers the short way as the whole program does", async () => {
  // Kills: a short way that nobody takes, that says something else, or that forgets a user's own entries.
  using place = new CliPlace();
  const id = "mlx-community/gemma-4-31b-it-8bit";
  const short = await place.run(["registry", "check", id, "--json"]);
  const long = await place.run(["registry", "check", "--json", "--", id]);
  assert.deepEqual([short.code, short.stdout], [2, long.stdout]);
  const own = await place.run(["registry", "check", id], {
    env: { METALGUARD_REGISTRY: "/nowhere/at/all" },
  });
  assert.match(own.stderr, /\/nowhere\/at\/all/);
});

Deno.test("runRegistryProgram() leaves to the whole program what it does not know", async () => {
  // Kills: a mistyped flag that ends without a word.
  assert.equal(
    await runRegistryProgram(["registry", "check", "a", "--jsn"]),
    undefined,
  );
});
