import assert from "node:assert/strict";
import { isVersionIn } from "../../lib/parse/version_range.ts";

Deno.test("isVersionIn() answers yes, no, or that it cannot tell", () => {
  // Kills: "no" for what is no version, which would look as if it had been checked.
  assert.equal(isVersionIn("0.31.2", "<=0.31.2"), true);
  assert.equal(isVersionIn("0.31.3", "<=0.31.2"), false);
  assert.equal(isVersionIn("not-a-version", "<=0.31.2"), undefined);
  assert.equal(isVersionIn("0.31.2", "about 0.31"), undefined);
});
