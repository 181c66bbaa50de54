/** What the commands of the registry print and with which code they end; the expected texts stand in `tests/fixtures/cli/`. */
import assert from "node:assert/strict";
import { Transcript } from "../cli_golden.ts";
import { CliPlace } from "../cli_place.ts";

Deno.test("registry: the help of its commands, models asked for as text and JSON, a file that is not there", async () => {
  // Kills: words, keys or codes of the registry that change unseen.
  using place = new CliPlace();
  const transcript = new Transcript("registry", place);
  const step = async (
    code: number,
    ...words: readonly string[]
  ): Promise<void> => {
    const run = await transcript.step(["registry", ...words]);
    assert.equal(run.code, code, words.join(" "));
  };
  for (const name of ["list", "show", "check", "validate", "drivers"]) {
    await step(0, name, "--help");
  }
  for (const form of [[], ["--json"]]) {
    await step(
      2,
      "check",
      "mlx-community/gemma-4-31b-it-8bit",
      "--gpu",
      "M4",
      ...form,
    );
    await step(1, "check", "owner/gemma-4-31b-it-4bit", ...form);
    await step(0, "check", "nobody/knows", ...form);
    await step(1, "validate", "/nowhere/own.jsonc", ...form);
  }
  transcript.check();
});
