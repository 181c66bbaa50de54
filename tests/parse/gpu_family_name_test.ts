import assert from "node:assert/strict";
import { parseFamily } from "../../lib/parse/gpu_family_name.ts";

Deno.test("parseFamily() reads a family as people type it, and nothing else", () => {
  // Kills: `m4` that no entry has; `M4 Max`, `G16` or `M0` taken for a family.
  assert.equal(parseFamily(" m4 "), "M4");
  assert.equal(parseFamily("M12"), "M12");
  for (const text of ["M4 Max", "G16", "M0", "M", "M123", ""]) {
    assert.equal(parseFamily(text), undefined, text);
  }
});
