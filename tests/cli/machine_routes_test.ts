import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("hardware and doctor say what they do, with an example, and what their codes mean", async () => {
  // Kills: a command that can only be understood by running it.
  for (const name of ["hardware", "doctor"]) {
    const { code, out } = await runIn(new World(), [name, "--help"]);
    assert.equal(code, 0);
    assert.match(out, /Exit codes?: 0/);
    assert.match(out, new RegExp(`metal-guard ${name} --json`));
  }
  const help = (await runIn(new World(), ["doctor", "--help"])).out;
  assert.match(help, /wakes the GPU driver/);
});

Deno.test("a flag that is mistyped is refused with a suggestion", async () => {
  // Kills: `doctor --metall` that looks at everything but Metal and says nothing.
  const { code, err } = await runIn(new World(), ["doctor", "--metall"]);
  assert.equal(code, 64);
  assert.match(err, /--metal/);
});
