import assert from "node:assert/strict";
import { LAYERS } from "../../lib/core/layers.ts";

Deno.test("each layer has its row once, with a summary of one sentence", () => {
  // Kills: two rows for one file; a row that README prints half empty.
  assert.equal(new Set(LAYERS.map((row) => row.name)).size, LAYERS.length);
  for (const row of LAYERS) {
    assert.match(row.number, /^(?:[LR]\d{1,2}[a-z]?|—)$/);
    assert.match(row.summary, /^[A-Z][^\n]{10,100}\.$/);
  }
});

Deno.test("the gate fails closed and breadcrumbs fail open", () => {
  // Kills: a table that promises the opposite of what the two layers do.
  const directions = new Map(LAYERS.map((row) => [row.name, row.fails]));
  assert.equal(directions.get("panic_cooldown"), "closed");
  assert.equal(directions.get("breadcrumbs"), "open");
});
