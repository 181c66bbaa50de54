import { GB } from "../core/bytes.ts";
import { MetalGuardError } from "../core/error.ts";
import type { ModelDims } from "../core/model.ts";
import type { Verdict } from "../core/verdict.ts";

/** Most that one allocation of a prefill may take, in bytes: 5 GB (seed, R4). */
export const PREFILL_CEILING_BYTES = 5 * GB;
/** What a recommended chunk stays below, in bytes: 4 GB (seed, R4). */
const CHUNK_CEILING_BYTES = 4 * GB;
/** No smaller chunk is recommended (seed, R4). */
const CHUNK_FLOOR_TOKENS = 512;
/** How near the search comes to the largest chunk (seed: `chunk` of its vectors). */
const CHUNK_PRECISION_TOKENS = 512;
/** Share of the free memory that a prefill leaves alone (seed, R4). */
export const PREFILL_HEADROOM_RATIO = 0.3;
/** Longest context that is judged; beyond it figures are no longer whole numbers. */
const MAX_TOKENS = 1e8;

/**
 * Estimates the largest allocation of a prefill without fused attention: the scores of one layer, or the whole cache.
 *
 * @param contextTokens Tokens of the prompt and the answer.
 * @param dims The model.
 * @returns Bytes.
 * @throws {MetalGuardError} Code `usage`, for a number of tokens that is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { estimatePrefillPeakBytes } from "@metal-guard/core";
 *
 * const dims = { layers: 32, heads: 32, kvHeads: 8, headDim: 128, dtypeBytes: 2 };
 * assert.equal(estimatePrefillPeakBytes(8_192, dims), 32 * 8_192 ** 2 * 2);
 * ```
 */
export function estimatePrefillPeakBytes(
  contextTokens: number,
  dims: ModelDims,
): number {
  if (!(contextTokens >= 0 && contextTokens <= MAX_TOKENS)) {
    throw new MetalGuardError(
      "usage",
      `A context is 0 to ${MAX_TOKENS} tokens: ${contextTokens}`,
    );
  }
  const scores = dims.heads * contextTokens ** 2 * dims.dtypeBytes;
  const cache = 2 * dims.layers * dims.kvHeads * contextTokens * dims.headDim *
    dims.dtypeBytes;
  return Math.max(scores, cache);
}

/** Limits of {@linkcode evaluatePrefill}. */
export interface PrefillOptions {
  /** Most that one allocation may take, in bytes. @default 5 GB */
  readonly ceilingBytes?: number;
  /** What is free now, in bytes; where it is left out only the ceiling counts. */
  readonly availableBytes?: number | undefined;
}

/**
 * R4: decides whether a prefill of this length may start.
 *
 * Fails open: where the free memory is not known only the ceiling is judged.
 *
 * @param contextTokens Tokens of the prompt and the answer.
 * @param dims The model.
 * @param options Limits.
 * @throws {MetalGuardError} Code `usage`, for a number of tokens that is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluatePrefill } from "@metal-guard/core";
 *
 * const dims = { layers: 32, heads: 32, kvHeads: 8, headDim: 128, dtypeBytes: 2 };
 * assert.equal(evaluatePrefill(4_096, dims).kind, "proceed");
 * assert.equal(evaluatePrefill(32_768, dims).kind, "refuse");
 * ```
 */
export function evaluatePrefill(
  contextTokens: number,
  dims: ModelDims,
  options: PrefillOptions = {},
): Verdict {
  const ceilingBytes = options.ceilingBytes ?? PREFILL_CEILING_BYTES;
  const peakBytes = estimatePrefillPeakBytes(contextTokens, dims);
  const wayOut = `Read the prompt in chunks of ${
    recommendChunkTokens(contextTokens, dims)
  } tokens, or shorten it`;
  const peak = `a prefill of ${contextTokens} tokens takes ${gb(peakBytes)}`;
  if (peakBytes > ceilingBytes) {
    return {
      kind: "refuse",
      reason: `${peak} > ceiling ${gb(ceilingBytes)}`,
      wayOut,
    };
  }
  const { availableBytes } = options;
  if (availableBytes === undefined) {
    return {
      kind: "proceed",
      reason: `${peak} ≤ ceiling ${gb(ceilingBytes)}; free memory is not known`,
    };
  }
  const usableBytes = availableBytes * (1 - PREFILL_HEADROOM_RATIO);
  return peakBytes > usableBytes
    ? {
      kind: "refuse",
      reason: `${peak} > ${gb(usableBytes)}, 70 % of the ${
        gb(availableBytes)
      } that are free`,
      wayOut,
    }
    : {
      kind: "proceed",
      reason: `${peak} ≤ ${gb(usableBytes)}, 70 % of the ${
        gb(availableBytes)
      } that are free`,
    };
}

/**
 * Recommends how many tokens to read at once. Advice only.
 *
 * @param contextTokens Tokens of the prompt and the answer.
 * @param dims The model.
 * @returns `contextTokens` where all of them fit at once, else at least 512.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recommendChunkTokens } from "@metal-guard/core";
 *
 * const dims = { layers: 32, heads: 32, kvHeads: 8, headDim: 128, dtypeBytes: 2 };
 * assert.equal(recommendChunkTokens(1_024, dims), 1_024);
 * ```
 */
export function recommendChunkTokens(
  contextTokens: number,
  dims: ModelDims,
): number {
  const fits = (tokens: number): boolean =>
    estimatePrefillPeakBytes(tokens, dims) <= CHUNK_CEILING_BYTES;
  if (fits(contextTokens)) return contextTokens;
  let low = Math.min(CHUNK_FLOOR_TOKENS, contextTokens);
  let high = contextTokens;
  while (high - low > CHUNK_PRECISION_TOKENS) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** A prefill for dashboards; what is not known is `null`. */
export interface PrefillPlan {
  /** Whether the model is one whose dimensions are known. */
  readonly dimsKnown: boolean;
  /** The largest allocation, in bytes. */
  readonly peakBytes: number | null;
  /** Whether that is within 5 GB. */
  readonly fitsCeiling: boolean | null;
  /** Whether that is within 70 % of the free memory. */
  readonly fitsHeadroom: boolean | null;
  /** How many tokens to read at once; `null` where all fit. */
  readonly recommendedChunkTokens: number | null;
  /** What to do about it; `null` where nothing needs doing. */
  readonly advisory: string | null;
}

/**
 * Describes a prefill without judging it. Fails open: what is not known is `null`.
 *
 * @param contextTokens Tokens of the prompt and the answer.
 * @param dims The model; `undefined` where it is not known.
 * @param availableBytes What is free now, in bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describePrefillPlan } from "@metal-guard/core";
 *
 * assert.equal(describePrefillPlan(4_096, undefined).dimsKnown, false);
 * ```
 */
export function describePrefillPlan(
  contextTokens: number,
  dims: ModelDims | undefined,
  availableBytes?: number,
): PrefillPlan {
  if (dims === undefined) {
    return {
      dimsKnown: false,
      peakBytes: null,
      fitsCeiling: null,
      fitsHeadroom: null,
      recommendedChunkTokens: null,
      advisory:
        "The model's dimensions are not known, so its prefill is not judged",
    };
  }
  const verdict = evaluatePrefill(contextTokens, dims, { availableBytes });
  const peakBytes = estimatePrefillPeakBytes(contextTokens, dims);
  return {
    dimsKnown: true,
    peakBytes,
    fitsCeiling: peakBytes <= PREFILL_CEILING_BYTES,
    fitsHeadroom: availableBytes === undefined
      ? null
      : peakBytes <= availableBytes * (1 - PREFILL_HEADROOM_RATIO),
    recommendedChunkTokens: verdict.kind === "proceed"
      ? null
      : recommendChunkTokens(contextTokens, dims),
    advisory: verdict.kind === "proceed"
      ? null
      : `${verdict.reason}. ${verdict.wayOut}`,
  };
}

/**
 * Looks a model up in a table of dimensions. An entry is known by its name anywhere in the id, whatever the case.
 *
 * @param modelId As it was asked for, e.g. `mlx-community/pixtral-12b-4bit`.
 * @param table Entries by name; the longest name that fits wins.
 */
export function lookupDims(
  modelId: string,
  table: ReadonlyMap<string, ModelDims>,
): ModelDims | undefined {
  const id = modelId.toLowerCase();
  let found: readonly [string, ModelDims] | undefined;
  for (const entry of table) {
    const isLonger = found === undefined || entry[0].length > found[0].length;
    if (isLonger && id.includes(entry[0].toLowerCase())) found = entry;
  }
  return found?.[1];
}

function gb(bytes: number): string {
  return `${(bytes / GB).toFixed(2)} GB`;
}
