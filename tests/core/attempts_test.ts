import assert from "node:assert/strict";
import { Attempts } from "../../lib/core/attempts.ts";
import { finding } from "../../lib/core/finding.ts";
import { known } from "../../lib/core/observed.ts";

Deno.test("a part that fails is unknown and a finding, and costs no other part", async () => {
  // Kills: a diagnosis that ends at the first file that cannot be read; an error that is swallowed.
  const attempts = new Attempts();
  assert.deepEqual(await attempts.attempt("a", () => 1), known(1));
  const now = await attempts.attempt("b", () => {
    throw new Error("gone\x1b[2J");
  });
  const later = await attempts.attempt("c", () => Promise.reject("odd"));
  assert.deepEqual([now.kind, later.kind], ["unknown", "unknown"]);
  attempts.add([finding("d", "e")]);
  assert.deepEqual(
    attempts.findings.map(({ code, message }) => [code, message]),
    [
      ["collector-failed", "b: gone [2J"],
      ["collector-failed", "c: odd"],
      ["d", "e"],
    ],
  );
});
