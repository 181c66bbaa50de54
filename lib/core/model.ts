/** What a prefill's size follows from, for a model whose configuration is not at hand. */
export interface ModelDims {
  /** Transformer layers. */
  readonly layers: number;
  /** Query heads a layer. */
  readonly heads: number;
  /** Key and value heads a layer; fewer than `heads` under grouped attention. */
  readonly kvHeads: number;
  /** Width of one head. */
  readonly headDim: number;
  /** Bytes of one number in the cache. */
  readonly dtypeBytes: number;
}

/** Layers whose caches grow alike. */
export interface KvGroup {
  /** How many layers. */
  readonly layers: number;
  /** What one token takes in one of them, in bytes. */
  readonly bytesPerToken: number;
  /** Most tokens that one keeps: a sliding window. `null` keeps all. */
  readonly windowTokens: number | null;
}

/** How the keys and values are kept. */
export type AttentionKind = "full" | "latent";

/** Experts of a mixture. */
export interface ModelExperts {
  /** How many there are a layer. */
  readonly total: number;
  /** How many a token goes through. */
  readonly perToken: number;
}

/** What a model's `config.json` says about the memory that it will need. */
export interface ModelFacts {
  /** As it calls itself, e.g. `qwen3_next`. */
  readonly modelType: string;
  /** Layers of every kind. */
  readonly layers: number;
  /** Query heads a layer; the most of any. */
  readonly heads: number;
  /** Bytes of one number in the cache. */
  readonly dtypeBytes: number;
  /** How keys and values are kept. */
  readonly attention: AttentionKind;
  /** Layers that keep keys and values; those that share another's cache are left out. */
  readonly kvGroups: readonly KvGroup[];
  /** Layers that keep a state of a fixed size instead: linear attention, state space, convolution. */
  readonly fixedStateLayers: number;
  /** `null` for a dense model. */
  readonly experts: ModelExperts | null;
  /** Longest context that it was made for; `null` when it does not say. */
  readonly maxContextTokens: number | null;
  /** Bits of a quantised weight; `null` when it is not quantised. */
  readonly weightBits: number | null;
}
