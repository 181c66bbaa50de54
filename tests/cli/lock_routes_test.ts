import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("the lock's commands say what they do and how they end", async () => {
  // Kills: an exit code that no help mentions; a command that is not listed.
  const all = await runIn(new World(), ["lock", "--help"]);
  assert.equal(all.code, 0);
  for (const word of ["show", "release", "run"]) {
    assert.match(all.out, new RegExp(`\\b${word}\\b`));
  }
  const run = (await runIn(new World(), ["lock", "run", "--help"])).out;
  for (const word of ["--label", "--wait", "--force", "75", "126", "127"]) {
    assert.ok(run.includes(word), word);
  }
  const release = (await runIn(new World(), ["lock", "release", "--help"])).out;
  assert.ok(release.includes("75"));
});

Deno.test("the lock's commands refuse durations and words that mean nothing", async () => {
  // Kills: `--wait=soon` that waits for ever.
  for (
    const words of [
      ["run", "--label", "a", "--wait=soon", "--", "true"],
      ["run", "--label", "a", "--wait=-1s", "--", "true"],
      ["shwo"],
    ]
  ) {
    const { code } = await runIn(new World(), ["lock", ...words]);
    assert.equal(code, 64, words.join(" "));
  }
});
