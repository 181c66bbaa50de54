import type { KvGroup, ModelFacts } from "../core/model.ts";

/** Caches grow by this many tokens at a time (`mlx_lm.models.cache`, `step`). */
export const KV_STEP_TOKENS = 256;
/** Tokens of a prompt that are read at once (`mlx_lm.generate`, `prefill_step_size`). */
export const PREFILL_STEP_TOKENS = 2_048;

/**
 * What one more token takes while no window is full, in bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kvBytesPerToken } from "@metal-guard/core";
 *
 * const kvGroups = [{ kind: "full", layers: 16, bytesPerToken: 4_096, windowTokens: null }] as const;
 * assert.equal(kvBytesPerToken({ kvGroups }), 65_536);
 * ```
 */
export function kvBytesPerToken(facts: Pick<ModelFacts, "kvGroups">): number {
  return sum(facts.kvGroups, (group) => group.layers * group.bytesPerToken);
}

/**
 * What the caches of one request take.
 *
 * @param facts The model.
 * @param tokens Tokens of the prompt and the answer.
 * @returns Bytes, with the room that caches take ahead of their tokens.
 */
export function kvCacheBytes(
  facts: Pick<ModelFacts, "kvGroups">,
  tokens: number,
): number {
  return sum(
    facts.kvGroups,
    (group) => group.layers * group.bytesPerToken * keptTokens(group, tokens),
  );
}

/** What a prefill takes under fused attention that reads the prompt in steps. */
export interface FusedPrefill {
  /** Caches at the end of it, in bytes. */
  readonly cacheBytes: number;
  /** The mask of one step, in bytes. */
  readonly stepBytes: number;
  /** The largest single allocation, in bytes. */
  readonly largestBytes: number;
  /** Everything together, in bytes. */
  readonly peakBytes: number;
}

/**
 * Estimates a prefill as current MLX does it: fused attention, the prompt in steps, exact caches.
 *
 * @param contextTokens Tokens of the prompt and the answer.
 * @param facts The model.
 * @param stepTokens Tokens that are read at once. @default 2048
 */
export function estimateFusedPrefill(
  contextTokens: number,
  facts: Pick<ModelFacts, "kvGroups" | "dtypeBytes">,
  stepTokens: number = PREFILL_STEP_TOKENS,
): FusedPrefill {
  const cacheBytes = kvCacheBytes(facts, contextTokens);
  const stepBytes = Math.min(stepTokens, contextTokens) * contextTokens *
    facts.dtypeBytes;
  const buffers = facts.kvGroups.map((group) =>
    // Keys and values are two buffers of a layer.
    group.bytesPerToken * keptTokens(group, contextTokens) / 2
  );
  return {
    cacheBytes,
    stepBytes,
    largestBytes: Math.max(stepBytes, ...buffers),
    peakBytes: cacheBytes + stepBytes,
  };
}

/** A window is cut to its size; until it is full it grows like any other cache. */
function keptTokens(group: KvGroup, tokens: number): number {
  if (tokens <= 0) return 0;
  const grown = Math.ceil(tokens / KV_STEP_TOKENS) * KV_STEP_TOKENS;
  return group.windowTokens === null
    ? grown
    : Math.min(grown, group.windowTokens);
}

function sum(
  groups: readonly KvGroup[],
  bytesOf: (group: KvGroup) => number,
): number {
  return groups.reduce((total, group) => total + bytesOf(group), 0);
}
