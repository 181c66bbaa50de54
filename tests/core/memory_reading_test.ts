import assert from "node:assert/strict";
import { usedRatio } from "../../lib/core/memory_reading.ts";
import { known, unknown } from "../../lib/core/observed.ts";

Deno.test("a share needs both figures and a limit above 0", () => {
  // Kills: a share of 0 or of infinity where nothing is known.
  assert.equal(usedRatio(known(3), known(4)), 0.75);
  assert.equal(usedRatio(unknown("no"), known(4)), undefined);
  assert.equal(usedRatio(known(3), unknown("no")), undefined);
  assert.equal(usedRatio(known(3), known(0)), undefined);
});
