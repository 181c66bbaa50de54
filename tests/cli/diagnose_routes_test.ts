import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("diagnose says in its help what it tells, in which order, and what its exit codes mean", async () => {
  // Kills: a script that takes 1 for a failure of the command.
  const { code, out } = await runIn(new World(), ["diagnose", "--help"]);
  assert.equal(code, 0);
  assert.match(out, /what happened, how sure that is, what was running/);
  assert.match(
    out,
    /0 nothing happened, 1 something did or it cannot be told, 2 five/,
  );
});

Deno.test("diagnose refuses hours, Pythons and words that it cannot use", async () => {
  // Kills: `diagnose --since-hours -1` that finds nothing and says so calmly.
  for (
    const args of [
      ["--since-hours", "-1"],
      ["--since-hours", "87601"],
      ["--since-hours", "x"],
      ["--python", ""],
      ["yesterday"],
    ]
  ) {
    const { code } = await runIn(new World(), ["diagnose", ...args]);
    assert.equal(code, 64, args.join(" "));
  }
});
