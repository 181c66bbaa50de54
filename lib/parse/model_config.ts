import { DecodeError } from "../core/error.ts";
import type { KvGroup, ModelExperts, ModelFacts } from "../core/model.ts";
import { plainText } from "../core/plain_text.ts";
import { ModelFields } from "./model_fields.ts";
import { type LayerKind, layerKinds } from "./model_layers.ts";
import { decodeJsonFields } from "./state/json_text.ts";

/** No model has more. Keeps the walk over layers short, whatever a file says. */
const MAX_LAYERS = 2_048;
/** Makers put the language model's part below one of these. */
const NESTED = ["text_config", "llm_config", "language_config"];
/** Models whose code expands the latent keys and values before it keeps them (`mlx_lm.models`). */
const EXPANDED_LATENT: ReadonlySet<string> = new Set([
  "deepseek_v2",
  "minicpm3",
]);

/**
 * Reads a model's `config.json`: how many bytes each token of its context takes, and in which layers.
 *
 * @param text The file.
 * @throws {DecodeError} If it is no configuration of a language model, or one whose shape cannot be told.
 */
export function parseModelConfig(text: string): ModelFacts {
  const outer = new ModelFields(decodeJsonFields(text, "model's config.json"));
  const fields = NESTED.map((name) => outer.inner(name))
    .find((inner) => inner !== undefined && layerCount(inner) !== undefined) ??
    outer;
  const modelType = plainText(
    fields.text("model_type") ?? outer.text("model_type") ?? "unknown",
    80,
  );
  const layers = layerCount(fields);
  if (layers === undefined || layers > MAX_LAYERS) {
    throw new DecodeError(
      "Cannot read the model's config.json: no number of layers",
    );
  }
  const dtypeBytes = dtypeOf(fields) ?? dtypeOf(outer) ?? 2;
  const shape = shapeOf(fields, dtypeBytes, modelType);
  const kinds = layerKinds(fields, modelType, layers);
  const sharing = Math.min(fields.count("num_kv_shared_layers") ?? 0, layers);
  return {
    modelType,
    layers,
    heads: shape.heads,
    dtypeBytes,
    attention: shape.isLatent ? "latent" : "full",
    kvGroups: groupsOf(kinds.slice(0, layers - sharing), fields, shape),
    fixedStateLayers: kinds.filter((kind) => kind === "state").length,
    experts: expertsOf(fields),
    maxContextTokens: fields.positive(
      "max_position_embeddings",
      "n_positions",
      "max_seq_len",
      "seq_length",
    ) ?? null,
    weightBits:
      (outer.inner("quantization") ?? outer.inner("quantization_config"))
        ?.positive("bits") ?? null,
  };
}

function layerCount(fields: ModelFields): number | undefined {
  return fields.positive(
    "num_hidden_layers",
    "n_layer",
    "n_layers",
    "num_layers",
    "num_transformer_layers",
  ) ??
    fields.text("hybrid_override_pattern")?.length;
}

const DTYPES: ReadonlyMap<string, number> = new Map([
  ["float32", 4],
  ["float16", 2],
  ["bfloat16", 2],
]);

function dtypeOf(fields: ModelFields): number | undefined {
  const name = fields.text("torch_dtype") ?? fields.text("dtype");
  return name === undefined ? undefined : DTYPES.get(name);
}

/** What the layers of a model have in common. */
interface Shape {
  readonly heads: number;
  readonly isLatent: boolean;
  /** What a token takes in layer `index`, by what that layer keeps. */
  readonly bytesOf: (index: number, kind: "full" | "window") => number;
}

/** KV heads of each layer where `block_configs` (Nemotron-NAS) says how many heads share one. */
function blockKvHeads(
  fields: ModelFields,
  heads: number,
): readonly number[] | undefined {
  return fields.inners("block_configs")?.map((block) => {
    const group = block.inner("attention")?.positive("n_heads_in_group");
    return group === undefined ? heads : Math.ceil(heads / group);
  });
}

function shapeOf(
  fields: ModelFields,
  dtypeBytes: number,
  modelType: string,
): Shape {
  const attention = fields.inner("attn_config");
  const perLayer = fields.counts("num_query_heads");
  const heads =
    fields.positive("num_attention_heads", "n_head", "n_heads", "num_heads") ??
      (perLayer === undefined ? undefined : Math.max(1, ...perLayer));
  if (heads === undefined) {
    throw new DecodeError(
      "Cannot read the model's config.json: no number of heads",
    );
  }
  const latent = latentBytes(fields, heads, modelType);
  if (latent !== undefined) {
    return { heads, isLatent: true, bytesOf: () => latent * dtypeBytes };
  }
  const hidden = fields.positive(
    "hidden_size",
    "n_embd",
    "d_model",
    "model_dim",
  );
  const headDim =
    fields.positive("head_dim", "kv_channels", "attention_head_dim") ??
      (hidden === undefined ? undefined : Math.floor(hidden / heads));
  if (headDim === undefined || headDim < 1) {
    throw new DecodeError(
      "Cannot read the model's config.json: no width of a head",
    );
  }
  const listed = fields.counts("num_key_value_heads") ??
    fields.counts("num_kv_heads") ?? blockKvHeads(fields, heads);
  const kvHeads = fields.positive(
    "num_key_value_heads",
    "num_kv_heads",
    "n_head_kv",
    "multi_query_group_num",
  ) ??
    attention?.positive("kv_n_heads") ??
    (fields.flag("multi_query") === true || modelType === "gpt_bigcode"
      ? 1
      : heads);
  const bytes = (count: number, width: number): number =>
    2 * count * width * dtypeBytes;
  const wide = widerHeads(fields, modelType, { kvHeads, headDim });
  return {
    heads,
    isLatent: false,
    bytesOf: (index, kind) => {
      const count = listed?.[index] ?? kvHeads;
      return kind === "full" && wide !== undefined
        ? bytes(wide.kvHeads, wide.headDim)
        : bytes(count, headDim);
    },
  };
}

/** Gemma 4: layers that see everything have heads of their own width, and may have fewer of them. */
function widerHeads(
  fields: ModelFields,
  modelType: string,
  usual: { readonly kvHeads: number; readonly headDim: number },
): { readonly kvHeads: number; readonly headDim: number } | undefined {
  if (!modelType.startsWith("gemma4")) return undefined;
  const kvHeads = fields.flag("attention_k_eq_v") === true
    ? fields.positive("num_global_key_value_heads")
    : undefined;
  return {
    kvHeads: kvHeads ?? usual.kvHeads,
    headDim: fields.positive("global_head_dim") ?? usual.headDim,
  };
}

/** Numbers a token under latent attention; `undefined` for a model without it. */
function latentBytes(
  fields: ModelFields,
  heads: number,
  modelType: string,
): number | undefined {
  const rank = fields.positive("kv_lora_rank");
  if (rank === undefined) return undefined;
  const rope = fields.count("qk_rope_head_dim") ?? 64;
  if (EXPANDED_LATENT.has(modelType)) {
    const hidden = fields.positive("hidden_size") ?? 0;
    const nope = fields.count("qk_nope_head_dim") ?? 128;
    const value = fields.count("v_head_dim") ?? Math.floor(hidden / heads);
    return heads * (nope + rope + value);
  }
  // The sparse index keeps its keys, and as many zeros beside them (`mlx_lm.models.deepseek_v32`).
  const index = fields.positive("index_head_dim");
  return rank + rope + (index === undefined ? 0 : 2 * index);
}

function groupsOf(
  kinds: readonly LayerKind[],
  fields: ModelFields,
  shape: Shape,
): readonly KvGroup[] {
  const windowTokens = fields.positive(
    "sliding_window",
    "attention_chunk_size",
    "sliding_window_size",
  ) ?? null;
  const groups = new Map<string, KvGroup>();
  for (const [index, kind] of kinds.entries()) {
    if (kind === "state" || kind === "none") continue;
    const bytesPerToken = shape.bytesOf(index, kind);
    if (bytesPerToken === 0) continue;
    const window = kind === "window" ? windowTokens : null;
    const key = `${bytesPerToken} ${window}`;
    const layers = (groups.get(key)?.layers ?? 0) + 1;
    groups.set(key, { layers, bytesPerToken, windowTokens: window });
  }
  return [...groups.values()];
}

function expertsOf(fields: ModelFields): ModelExperts | null {
  const total = fields.positive(
    "num_local_experts",
    "num_experts",
    "n_routed_experts",
    "moe_num_experts",
  );
  if (total === undefined || total === 1) return null;
  const perToken = fields.positive(
    "num_experts_per_tok",
    "experts_per_token",
    "moe_topk",
    "top_k_experts",
  );
  return { total, perToken: perToken ?? 1 };
}
