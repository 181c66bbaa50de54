import assert from "node:assert/strict";
import { tryParseResidentPages } from "../../lib/parse/statm.ts";

Deno.test("tryParseResidentPages() takes the second figure, and nothing of another form", () => {
  // Kills: the size of the address space taken for memory; half a file; a figure beyond every machine.
  assert.equal(tryParseResidentPages("2213 340 271 8 0 122 0\n"), 340);
  assert.equal(tryParseResidentPages("0 0 0 0 0 0 0\n"), 0);
  for (
    const text of [
      "",
      "2213",
      "2213 340",
      "2213 -1 2",
      "a b c",
      `1 ${"9".repeat(15)} 1`,
      `1 ${"9".repeat(40)} 1`,
    ]
  ) assert.equal(tryParseResidentPages(text), undefined, text);
});
