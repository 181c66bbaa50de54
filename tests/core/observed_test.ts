import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";

Deno.test("a reading of zero is not the same as no reading", () => {
  // Kills: absence spelled as a figure.
  assert.deepEqual(known(0), { kind: "known", value: 0 });
  assert.deepEqual(unknown<number>("no GPU"), {
    kind: "unknown",
    because: "no GPU",
  });
});
