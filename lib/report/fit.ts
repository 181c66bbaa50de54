import { GB } from "../core/bytes.ts";
import type { ModelFacts } from "../core/model.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { Verdict } from "../core/verdict.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** A figure, and who says so. */
export interface SourcedBytes {
  /** The figure, in bytes. */
  readonly bytes: Observed<number>;
  /** Who says so, in words. */
  readonly source: string;
}

/** Everything that `fit` found. */
export interface FitView {
  /** As it was asked for. */
  readonly model: string;
  /** Where it lies; `null` where it does not. */
  readonly folder: string | null;
  /** Its weights. */
  readonly weights: SourcedBytes;
  /** What it says of itself. */
  readonly facts: Observed<ModelFacts>;
  /** What one token takes; `null` where that is not known. */
  readonly kvBytesPerToken: number | null;
  /** The context that was asked for, in tokens; `null` where none was. */
  readonly contextTokens: number | null;
  /** Caches and work of that context. */
  readonly context: SourcedBytes | null;
  /** What a model needs besides. */
  readonly overheadBytes: number;
  /** In use now. */
  readonly active: Observed<number>;
  /** What must not be exceeded. */
  readonly limit: SourcedBytes;
  /** The answer; `null` where the model's size is not known. */
  readonly verdict: Verdict | null;
}

/** The object that `fit --json` prints. */
export function fitJson(view: FitView): Record<string, unknown> {
  const { facts, verdict } = view;
  const fits = isJudged(view) ? verdict?.kind === "proceed" : null;
  return {
    model: view.model,
    folder: view.folder,
    fits,
    reason: verdict?.reason ?? "the model's size is not known",
    way_out: verdict === null || verdict.kind === "proceed"
      ? null
      : verdict.wayOut,
    weights_gb: gbOrNull(view.weights.bytes),
    weights_source: view.weights.source,
    context_tokens: view.contextTokens,
    context_gb: view.context === null ? null : gbOrNull(view.context.bytes),
    context_source: view.context?.source ?? null,
    overhead_gb: view.overheadBytes / GB,
    active_gb: gbOrNull(view.active),
    limit_gb: gbOrNull(view.limit.bytes),
    limit_source: view.limit.source,
    kv_bytes_per_token: view.kvBytesPerToken,
    model_facts: facts.kind === "unknown" ? null : {
      model_type: facts.value.modelType,
      layers: facts.value.layers,
      heads: facts.value.heads,
      attention: facts.value.attention,
      weight_bits: facts.value.weightBits,
      max_context_tokens: facts.value.maxContextTokens,
      experts: facts.value.experts,
    },
  };
}

/** The same for a person: the inequality with every number and its source. */
export function fitText(
  view: FitView,
  options: { readonly style: TextStyle },
): string {
  const { style } = options;
  const { verdict } = view;
  const answer = verdict === null
    ? style.badge("warn", "CANNOT TELL: the model's size is not known")
    : !isJudged(view)
    ? style.badge("warn", "CANNOT TELL: GPU memory is not known")
    : verdict.kind === "proceed"
    ? style.badge("good", "FITS")
    : style.badge("bad", "DOES NOT FIT");
  const lines = [
    labelled("Model", plainText(view.model, 200)),
    labelled("Answer", answer),
    ...(verdict === null
      ? []
      : [labelled("Because", plainText(verdict.reason, 400))]),
    labelled("Weights", sourced(view.weights)),
    ...(view.context === null ? [] : [
      labelled(
        "Context",
        `${view.contextTokens} tokens: ${sourced(view.context)}`,
      ),
    ]),
    labelled("Overhead", `${gb(view.overheadBytes)}  (room to work in)`),
    labelled("In use", observed(view.active)),
    labelled("Limit", sourced(view.limit)),
    ...shapeLines(view),
    ...(verdict === null || verdict.kind === "proceed"
      ? []
      : [labelled("Way out", plainText(verdict.wayOut, 300))]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Whether the verdict rests on figures: it passes where there are none, and a refusal always has some. */
function isJudged({ active, limit, verdict }: FitView): boolean {
  if (verdict === null) return false;
  return verdict.kind !== "proceed" ||
    (active.kind === "known" && limit.bytes.kind === "known");
}

function shapeLines({ facts, kvBytesPerToken }: FitView): readonly string[] {
  if (facts.kind === "unknown") {
    return [labelled("Shape", `unknown (${plainText(facts.because, 200)})`)];
  }
  const { modelType, layers, attention, experts } = facts.value;
  const mixture = experts === null
    ? ""
    : `, ${experts.perToken} of ${experts.total} experts`;
  return [
    labelled(
      "Shape",
      `${modelType}: ${layers} layers, ${attention} attention${mixture}`,
    ),
    labelled("Per token", `${kvBytesPerToken ?? "unknown"} bytes of cache`),
  ];
}

function sourced({ bytes, source }: SourcedBytes): string {
  return bytes.kind === "known"
    ? `${gb(bytes.value)}  (${plainText(source, 120)})`
    : observed(bytes);
}

function observed(bytes: Observed<number>): string {
  return bytes.kind === "known"
    ? gb(bytes.value)
    : `unknown (${plainText(bytes.because, 200)})`;
}

function gbOrNull(bytes: Observed<number>): number | null {
  return bytes.kind === "known" ? bytes.value / GB : null;
}

function gb(bytes: number): string {
  return `${(bytes / GB).toFixed(2)} GB`;
}
