import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("mode shows what METALGUARD_MODE asks for, and what came of it", async () => {
  // Kills: a bad value that looks as if it were in force.
  const observer = new World({ env: { METALGUARD_MODE: "observer" } });
  assert.match((await runIn(observer, ["mode"])).out, /^Mode {8}observer$/m);
  const bad = await jsonIn(
    new World({ env: { METALGUARD_MODE: "x" } }),
    ["mode"],
  );
  const mode = bad["mode"];
  assert.ok(typeof mode === "object" && mode !== null && "env_var" in mode);
  assert.equal(mode.env_var, "METALGUARD_MODE=x (default → defensive)");
  assert.equal(
    JSON.stringify(bad["findings"]).includes("knob-bad-value"),
    true,
  );
});
