/** Who publishes gemma-4 weights for MLX (SPEC 8). */
const GEMMA4_VENDORS = ["mlx-community", "unsloth", "mlx-models"] as const;

/** `gemma-4-<N>b-…` or `gemma-4-e<N>b-…`; case does not count, so that no spelling slips past the longer pause. */
const GEMMA4_NAME = /^gemma-4-e?\d{1,6}b-/i;

/**
 * Whether a model is of the gemma-4 family, whose loads need a longer pause after any other model.
 *
 * Fails open: a model of another publisher, or a path, is not recognised.
 *
 * @param modelId Name on Hugging Face, e.g. `mlx-community/gemma-4-26b-a4b-it-4bit`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isGemma4Family } from "@metal-guard/core";
 *
 * assert.equal(isGemma4Family("mlx-community/gemma-4-31b-it-8bit"), true);
 * assert.equal(isGemma4Family("mlx-community/Qwen3-8B-4bit"), false);
 * ```
 */
export function isGemma4Family(modelId: string): boolean {
  const slash = modelId.indexOf("/");
  const vendor = modelId.slice(0, Math.max(0, slash)).toLowerCase();
  return GEMMA4_VENDORS.some((known) => known === vendor) &&
    GEMMA4_NAME.test(modelId.slice(slash + 1));
}
