import type { ModelFields } from "./model_fields.ts";

/** What a layer keeps of the past. */
export type LayerKind =
  /** Every token. */
  | "full"
  /** The last tokens only. */
  | "window"
  /** A state of one size: linear attention, state space, convolution. */
  | "state"
  /** Nothing: it mixes no tokens. */
  | "none";

/** What makers call their kinds of layers. */
const KINDS: ReadonlyMap<string, LayerKind> = new Map<string, LayerKind>([
  ["full_attention", "full"],
  ["attention", "full"],
  ["global_attention", "full"],
  ["hybrid", "full"],
  ["sliding_attention", "window"],
  ["local_attention", "window"],
  ["chunked_attention", "window"],
  ["linear_attention", "state"],
  ["mamba", "state"],
  ["mamba2", "state"],
  ["conv", "state"],
  ["recurrent", "state"],
  ["moe", "none"],
  ["mlp", "none"],
]);

/** One letter a layer: `M*-E` of Nemotron-H. */
const LETTERS: ReadonlyMap<string, LayerKind> = new Map<string, LayerKind>([
  ["M", "state"],
  ["*", "full"],
  ["-", "none"],
  ["E", "none"],
]);

/** Every how many layers one sees the whole context, where the configuration leaves it to the model's code (`mlx_lm.models`). */
const WINDOW_PERIODS: ReadonlyMap<string, number> = new Map([
  ["gemma3_text", 6],
  ["gemma3", 6],
  ["gemma4_text", 5],
  ["gemma4", 5],
  ["cohere2", 4],
  ["gpt_oss", 2],
  ["llama4", 4],
  ["llama4_text", 4],
]);

/** The same for models whose other layers keep a state. */
const STATE_PERIODS: ReadonlyMap<string, number> = new Map([
  ["qwen3_next", 4],
  ["qwen3_5", 4],
  ["qwen3_5_text", 4],
  ["qwen3_5_moe", 4],
  ["qwen3_5_moe_text", 4],
]);

/**
 * Finds out what each layer keeps. Fails closed: a layer of which nothing is said keeps everything.
 *
 * @param fields The configuration of the text model.
 * @param modelType As it calls itself.
 * @param layers How many there are.
 */
export function layerKinds(
  fields: ModelFields,
  modelType: string,
  layers: number,
): readonly LayerKind[] {
  const kinds = namedKinds(fields, layers) ??
    periodicKinds(fields, modelType, layers) ??
    Array.from({ length: layers }, (): LayerKind => "full");
  return fields.flag("use_sliding_window") === false
    ? kinds.map((kind) => kind === "window" ? "full" : kind)
    : kinds;
}

/** The kinds where they are listed one by one. */
function namedKinds(
  fields: ModelFields,
  layers: number,
): readonly LayerKind[] | undefined {
  const names = fields.texts("layer_types") ??
    fields.texts("layers_block_type");
  if (names !== undefined && names.length >= layers) {
    return names.slice(0, layers).map((name) => KINDS.get(name) ?? "full");
  }
  const letters = fields.texts("hybrid_override_pattern") ??
    [...fields.text("hybrid_override_pattern") ?? ""];
  if (letters.length === layers) {
    return letters.map((letter) => LETTERS.get(letter) ?? "full");
  }
  const blocks = fields.inners("block_configs");
  if (blocks?.length === layers) return blocks.map(kindOfBlock);
  const linear = fields.inner("linear_attn_config");
  // Kimi counts its layers from 1.
  const oneBased = linear?.counts("full_attn_layers");
  const indices = fields.counts("full_attn_idxs") ??
    fields.counts("attn_layer_indices") ??
    oneBased?.map((index) => index - 1);
  return indices === undefined
    ? undefined
    : each(layers, (index) => indices.includes(index) ? "full" : "state");
}

/** Nemotron-NAS takes the attention out of layers that do without. */
function kindOfBlock(block: ModelFields): LayerKind {
  const attention = block.inner("attention");
  return attention?.flag("no_op") === true ||
      attention?.flag("replace_with_linear") === true
    ? "none"
    : "full";
}

/** The kinds where they follow from a period. */
function periodicKinds(
  fields: ModelFields,
  modelType: string,
  layers: number,
): readonly LayerKind[] | undefined {
  const period = fields.positive("attn_layer_period");
  if (period !== undefined) {
    const offset = fields.count("attn_layer_offset") ?? 0;
    return each(layers, (i) => i % period === offset ? "full" : "state");
  }
  const interval = fields.positive("full_attention_interval") ??
    STATE_PERIODS.get(modelType);
  if (interval !== undefined) {
    return each(layers, (i) => (i + 1) % interval === 0 ? "full" : "state");
  }
  const letters = fields.text("sliding_window_pattern");
  if (letters !== undefined && letters !== "") {
    return each(
      layers,
      (i) => letters[i % letters.length] === "L" ? "window" : "full",
    );
  }
  const known = WINDOW_PERIODS.get(modelType);
  const pattern = fields.positive("sliding_window_pattern") ?? known;
  return pattern === undefined
    ? undefined
    : each(layers, (i) => (i + 1) % pattern === 0 ? "full" : "window");
}

function each(
  layers: number,
  kindOf: (index: number) => LayerKind,
): readonly LayerKind[] {
  return Array.from({ length: layers }, (_, index) => kindOf(index));
}
