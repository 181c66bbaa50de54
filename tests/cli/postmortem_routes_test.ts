import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("postmortem and feedback say what they do, with examples, and what their codes mean", async () => {
  // Kills: a command that can only be understood by running it.
  for (const name of ["postmortem", "feedback"]) {
    const { code, out } = await runIn(new World(), [name, "--help"]);
    assert.equal(code, 0);
    assert.match(out, /Exit codes: 0/);
    assert.match(out, new RegExp(`metal-guard ${name} \\S`));
    assert.match(out, /--noRedact|--no-redact/);
  }
});

Deno.test("postmortem without a folder, or with an empty one, is a usage error", async () => {
  // Kills: a bundle in whatever folder one happens to be in.
  for (const args of [[], [""], [" "], ["a", "b"]]) {
    const { code, out } = await runIn(new World(), ["postmortem", ...args]);
    assert.deepEqual([code, out], [64, ""]);
  }
});
