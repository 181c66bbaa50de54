import type { Finding } from "../core/finding.ts";
import { plainText } from "../core/plain_text.ts";
import type { ModelEntry } from "../core/registry_entry.ts";
import { findingBlocks } from "./finding_words.ts";
import type { TextStyle, Tone } from "./text_style.ts";

/** Entries that were asked for. */
export interface RegistryListView {
  /** The entries, sorted by id. */
  readonly models: readonly ModelEntry[];
  /** How many there are without filters. */
  readonly total: number;
  /** What of a user's own entries could not be used. */
  readonly findings: readonly Finding[];
}

/** The colour of a tier. */
export const TIER_TONES: { readonly [K in ModelEntry["tier"]]: Tone } = {
  panic: "bad",
  abort: "warn",
  degradation: "warn",
};

/** The object that `registry list --json` prints. */
export function registryListJson(
  view: RegistryListView,
): Record<string, unknown> {
  return {
    count: view.models.length,
    total: view.total,
    models: view.models.map(entryJson),
    findings: view.findings,
  };
}

/** An entry in short, for programs. */
export function entryJson(entry: ModelEntry): Record<string, unknown> {
  return {
    id: entry.id,
    id_kind: entry.idKind,
    tier: entry.tier,
    origin: entry.origin,
    error_classes: entry.errorClasses.map((one) => one.type),
    gpu_families: familiesOf(entry),
    signature: entry.signature,
    first_observed: entry.firstObserved,
    last_observed: entry.lastObserved,
    independent_reports: entry.evidence.independentReports,
    reproductions: entry.evidence.reproductions,
    confidence: entry.evidence.confidence,
    upstream: entry.upstream,
  };
}

function familiesOf(entry: ModelEntry): readonly string[] {
  return [...new Set(entry.errorClasses.flatMap((one) => one.gpuFamilies))]
    .sort();
}

/** The same for a person: two lines an entry. */
export function registryListText(
  view: RegistryListView,
  options: { readonly style: TextStyle },
): string {
  const { style } = options;
  const rows = view.models.map((entry) => {
    const families = familiesOf(entry).join(" ") || "GPU not named";
    const own = entry.origin === "overlay" ? "  (your own)" : "";
    const tier = style.badge(TIER_TONES[entry.tier], entry.tier);
    const classes = [
      ...new Set(entry.errorClasses.map((one) => one.type)),
    ].join(", ");
    return `${tier}  ${style.bold(plainText(entry.id, 160))}${own}\n    ${
      style.dim(`${classes}; ${families}; ${entry.lastObserved ?? "no date"}`)
    }`;
  });
  const count = view.models.length === view.total
    ? `${view.total} entries.`
    : `${view.models.length} of ${view.total} entries.`;
  return `${
    [
      ...rows,
      rows.length === 0 ? count : `\n${count}`,
      ...findingBlocks(view.findings, style),
    ].join("\n")
  }\n`;
}
