import assert from "node:assert/strict";
import { LAYERS } from "../../lib/core/layers.ts";
import { layerTable, withLayerTable } from "../../scripts/readme_layers.ts";

Deno.test("layerTable() has a row a layer, and columns of one width", () => {
  // Kills: a table that the formatter would write otherwise, so that two checks could never both be green.
  const lines = layerTable().split("\n");
  assert.equal(lines.length, LAYERS.length + 2);
  assert.deepEqual([...new Set(lines.map((line) => line.length))].length, 1);
});

Deno.test("withLayerTable() replaces what stands between the marks, and nothing else", () => {
  // Kills: a second table below the first; prose that is eaten.
  const before =
    "a\n<!-- layers:begin -->\nOLD TABLE\n<!-- layers:end -->\nz <!-- no mark -->\n";
  const after = withLayerTable(before);
  assert.ok(after.startsWith("a\n<!-- layers:begin -->\n"));
  assert.ok(after.endsWith("<!-- layers:end -->\nz <!-- no mark -->\n"));
  assert.ok(!after.includes("OLD TABLE"));
  assert.equal(withLayerTable(after), after);
  assert.throws(() => withLayerTable("no marks"), /layers:begin/);
});
