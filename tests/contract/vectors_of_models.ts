/**
 * How the vectors of model sizes and prefills are put to this program.
 *
 * @module
 */
import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import type { FieldReader } from "../../lib/parse/state/field_reader.ts";
import {
  isJsonObject,
  type JsonValue,
} from "../../lib/parse/state/json_text.ts";
import {
  describePrefillPlan,
  estimateModelSizeGb,
  estimatePrefillPeakBytes,
  evaluatePrefill,
  lookupDims,
  type ModelDims,
  recommendChunkTokens,
} from "../../mod.ts";
import { readerOf } from "./vectors_of_layers.ts";

/** Group of this name. */
export function sizeFromName(input: FieldReader): JsonValue {
  return { gb: estimateModelSizeGb(input.text("name")) ?? null };
}

/** Group of this name. */
export function prefill(
  input: FieldReader,
  expected: ReadonlyMap<string, JsonValue>,
): JsonValue {
  const tokens = input.number("context_tokens");
  const dims = dimsOf(input.optionalValue("dims") ?? null);
  const require = expected.get("require");
  assert.ok(require !== undefined && isJsonObject(require));
  return {
    chunk: recommendChunkTokens(tokens, dims),
    peak_gb: estimatePrefillPeakBytes(tokens, dims) / GB,
    require: Object.fromEntries(
      Object.keys(require).map((gb) => [gb, outcome(tokens, dims, Number(gb))]),
    ),
  };
}

/** Group of this name. */
export function prefillPlan(input: FieldReader): JsonValue {
  const availableGb = input.optionalNumber("available_gb");
  const plan = describePrefillPlan(
    input.number("context_tokens"),
    lookupDims(input.text("model_id")),
    availableGb === undefined ? undefined : availableGb * GB,
  );
  const { peakBytes } = plan;
  return {
    dims_known: plan.dimsKnown,
    peak_alloc_gb: peakBytes === null
      ? null
      : Math.round(peakBytes / GB * 1_000) / 1_000,
    fits_ceiling: plan.fitsCeiling,
    fits_headroom: plan.fitsHeadroom,
    recommended_chunk_size: plan.recommendedChunkTokens,
    has_advisory: plan.advisory !== null,
  };
}

function outcome(tokens: number, dims: ModelDims, freeGb: number): string {
  const verdict = evaluatePrefill(tokens, dims, {
    availableBytes: freeGb * GB,
  });
  if (verdict.kind === "proceed") return "fit";
  return verdict.reason.includes("> ceiling") ? "ceiling" : "headroom";
}

function dimsOf(value: JsonValue): ModelDims {
  const dims = readerOf(value);
  return {
    layers: dims.number("n_layers"),
    heads: dims.number("n_heads"),
    kvHeads: dims.number("n_kv_heads"),
    headDim: dims.number("head_dim"),
    dtypeBytes: dims.number("dtype_bytes"),
  };
}
