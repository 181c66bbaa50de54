import assert from "node:assert/strict";
import { GIB } from "../../lib/core/bytes.ts";
import {
  machineTier,
  recommendConfig,
} from "../../lib/policy/recommended_config.ts";

Deno.test("machineTier() counts in GiB, and a full tier belongs below", () => {
  // Kills: a 16 GiB Mac that is 17.2 GB and so of the middle.
  assert.equal(machineTier(16 * GIB), "low");
  assert.equal(machineTier(16 * GIB + 1), "mid");
  assert.equal(machineTier(64 * GIB), "mid");
  assert.equal(machineTier(64 * GIB + 1), "high");
});

Deno.test("recommendConfig() fails closed: what is no size gets the smallest machine's settings", () => {
  // Kills: NaN, which no comparison holds, and so the settings of the largest.
  for (const bad of [NaN, Infinity, -1, 0]) {
    assert.equal(recommendConfig(bad).tier, "low", String(bad));
  }
  assert.equal(recommendConfig(128 * GIB).maxConcurrentModels, 3);
});
