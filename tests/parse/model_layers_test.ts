import assert from "node:assert/strict";
import { ModelFields } from "../../lib/parse/model_fields.ts";
import { layerKinds } from "../../lib/parse/model_layers.ts";
import { decodeJsonFields } from "../../lib/parse/state/json_text.ts";

function kinds(
  config: Readonly<Record<string, unknown>>,
  layers: number,
  modelType = "llama",
): string {
  const fields = decodeJsonFields(JSON.stringify(config), "test");
  return layerKinds(new ModelFields(fields), modelType, layers)
    .map((kind) => kind[0]).join("");
}

Deno.test("layers are of the kinds that are listed, by name, letter or index", () => {
  // Kills: a hybrid taken for a dense model, which is refused although it fits.
  assert.equal(
    kinds({ layer_types: ["full_attention", "sliding_attention", "mamba"] }, 3),
    "fws",
  );
  assert.equal(kinds({ hybrid_override_pattern: "M*-E" }, 4), "sfnn");
  assert.equal(kinds({ full_attn_idxs: [0, 2] }, 3), "fsf");
  assert.equal(
    kinds({ linear_attn_config: { full_attn_layers: [1, 3] } }, 3),
    "fsf",
  );
});

Deno.test("layers follow from a period, which starts where the model's code starts it", () => {
  // Kills: an error of one layer in six.
  assert.equal(
    kinds({ attn_layer_period: 4, attn_layer_offset: 1 }, 5),
    "sfsss".slice(0, 4) + "s",
  );
  assert.equal(kinds({ full_attention_interval: 3 }, 4), "ssfs");
  assert.equal(kinds({ sliding_window_pattern: "LLG" }, 4), "wwfw");
  assert.equal(kinds({ sliding_window_pattern: 2 }, 4), "wfwf");
  assert.equal(kinds({}, 6, "gemma3_text"), "wwwwwf");
});

Deno.test("fails closed: what nobody describes, and windows that are switched off, keep everything", () => {
  // Kills: an unknown kind that takes no memory.
  assert.equal(kinds({}, 2), "ff");
  assert.equal(kinds({ layer_types: ["quantum", "full_attention"] }, 2), "ff");
  assert.equal(kinds({ layer_types: ["sliding_attention"] }, 2), "ff");
  assert.equal(
    kinds({
      layer_types: ["sliding_attention"],
      use_sliding_window: false,
    }, 1),
    "f",
  );
});
