import assert from "node:assert/strict";
import { GPU_FAMILIES } from "../../lib/registry/gpu_families.ts";

Deno.test("GPU_FAMILIES are frozen, each with a number of its own", () => {
  // Kills: a caller that changes the table for everybody; two families of one generation.
  assert.ok(Object.isFrozen(GPU_FAMILIES) && GPU_FAMILIES.length >= 5);
  assert.ok(GPU_FAMILIES.every((family) => Object.isFrozen(family)));
  for (const key of ["name", "generation"] as const) {
    const values = GPU_FAMILIES.map((family) => family[key]);
    assert.equal(new Set(values).size, values.length);
  }
});
