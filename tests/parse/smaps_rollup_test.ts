import assert from "node:assert/strict";
import { parsePssTotal } from "../../lib/parse/smaps_rollup.ts";

const ONE = `55d0-7ffc ---p 00000000 00:00 0                          [rollup]
Rss:                2048 kB
Pss:                1000 kB
Pss_Dirty:           400 kB
Pss_Anon:            400 kB
Swap:                  0 kB
SwapPss:               7 kB
`;

Deno.test("proportional sets are added up, and nothing that is called alike", () => {
  // Kills: Pss_Dirty or SwapPss counted too; KiB taken for kB of 1000.
  assert.deepEqual(parsePssTotal(ONE + ONE), {
    kind: "known",
    value: 2_000 * 1_024,
  });
});

Deno.test("nothing is unknown, not 0", () => {
  // Kills: a program that seems to take nothing because it could not be read.
  assert.equal(parsePssTotal("").kind, "unknown");
  assert.equal(parsePssTotal("Pss: x kB\n").kind, "unknown");
  assert.equal(parsePssTotal(`Pss: ${"9".repeat(15)} kB\n`).kind, "unknown");
});
