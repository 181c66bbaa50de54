import assert from "node:assert/strict";
import { finding } from "../../lib/core/finding.ts";

Deno.test("a finding without a fix says null, so that its key is in every JSON", () => {
  // Kills: `fix: undefined`, which JSON drops and programs trip over.
  assert.equal(
    JSON.stringify(finding("a-code", "what")),
    '{"code":"a-code","message":"what","fix":null}',
  );
  assert.equal(finding("a-code", "what", "do it").fix, "do it");
});
