import assert from "node:assert/strict";
import { GIB, MIB } from "../../lib/core/bytes.ts";
import { tryParseSize } from "../../lib/parse/size.ts";

Deno.test("a size is a whole number with its unit, and nothing else", () => {
  // Kills: 26 taken for bytes, 26GB for 26GiB, a fraction or a sign that becomes no limit.
  assert.equal(tryParseSize("26GiB"), 26 * GIB);
  assert.equal(tryParseSize(" 1 MiB "), MIB);
  for (
    const bad of [
      "26",
      "0MiB",
      "0",
      "-1GiB",
      "+1GiB",
      "1.5GiB",
      "26GB",
      "26gib",
      "1e3MiB",
      "9999999999MiB",
      "1048577GiB",
      "",
    ]
  ) assert.equal(tryParseSize(bad), undefined, bad);
  assert.equal(tryParseSize("1048576GiB"), 2 ** 50);
});
