import assert from "node:assert/strict";
import { GB, GIB, KIB, MIB } from "../../lib/core/bytes.ts";

Deno.test("decimal and binary units are not the same", () => {
  // Kills: a model limit in GiB, or a machine's tier in GB, 7 % off.
  assert.deepEqual([GB, GIB, MIB, KIB], [10 ** 9, 2 ** 30, 2 ** 20, 2 ** 10]);
});
