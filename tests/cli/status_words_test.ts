import assert from "node:assert/strict";
import { isPlainStatus } from "../../lib/cli/status_words.ts";

Deno.test("isPlainStatus() knows the status as JSON, and leaves all else to the scanner", () => {
  // Kills: a flag that is swallowed; a text for a person where JSON was asked for.
  for (const line of ["--json", "status --json", "--json status"]) {
    assert.equal(isPlainStatus(line.split(" ")), true, line);
  }
  for (
    const line of [
      "status",
      "status --json --json",
      "status status --json",
      "status --json --watch",
      "status-write --json",
      "panics --json",
      "status --json=true",
      "status -- --json",
    ]
  ) assert.equal(isPlainStatus(line.split(" ")), false, line);
  assert.equal(isPlainStatus([]), false);
});
