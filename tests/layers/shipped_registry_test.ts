import assert from "node:assert/strict";
import { SHIPPED_REGISTRY } from "../../lib/layers/shipped_registry.ts";

const GEMMA = "mlx-community/gemma-4-31b-it-8bit";

Deno.test("the registry that ships finds exact ids only, and only classes of the GPU asked for", () => {
  // Kills: a variant that is handed out as confirmed; a class of another chip.
  const found = SHIPPED_REGISTRY.find(GEMMA, { gpuFamily: "M4" });
  assert.deepEqual(found?.classes.map((one) => one.type), ["kernel_panic"]);
  assert.equal(SHIPPED_REGISTRY.find(GEMMA, { gpuFamily: "M5" }), undefined);
  assert.equal(SHIPPED_REGISTRY.find("unsloth/gemma-4-31b-it-4bit"), undefined);
});

Deno.test("its lists are those of the tier and of the family, and it cannot be changed", () => {
  // Kills: a list that holds every entry; a caller that adds one for everybody.
  const { models } = SHIPPED_REGISTRY;
  const tiers = ["panic", "abort", "degradation"].map((tier) =>
    SHIPPED_REGISTRY.byTier(tier).length
  );
  assert.ok(tiers.every((count) => count > 0));
  assert.equal(tiers.reduce((sum, count) => sum + count), models.length);
  assert.ok(
    SHIPPED_REGISTRY.affecting("M4").some((entry) => entry.id === GEMMA),
  );
  assert.ok(
    Object.isFrozen(SHIPPED_REGISTRY) && Object.isFrozen(models) &&
      Object.isFrozen(models[0]),
  );
});
