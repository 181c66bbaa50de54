import type { ModelEntry } from "../../lib/core/registry_entry.ts";
import { evidenceOf } from "../../lib/registry/entry_evidence.ts";

/** A whole entry; what is given replaces what a plain one has. */
export function fakeEntry(change: Partial<ModelEntry> = {}): ModelEntry {
  const entry = {
    id: "owner/tiny-4bit",
    idKind: "repository",
    tier: "abort",
    signature: "it ended",
    firstObserved: "2026-03-01",
    lastObserved: "2026-04-01",
    whatHappens: "The program ends after a while.",
    errorClasses: [{
      type: "process_abort",
      signature: "it ended",
      hardware: [],
      gpuFamilies: ["M4"],
      source: "https://example.org/1",
    }],
    reports: [{ url: "https://example.org/1", class: "process_abort" }],
    recommendation: "Take another model instead.",
    safeAlternative: null,
    variantPolicy: { confirmed: "exact_id_only", presumed: [] },
    upstream: ["https://example.org/1"],
    origin: "registry",
    ...change,
  } as const;
  return { ...entry, evidence: change.evidence ?? evidenceOf(entry) };
}

/** The text of a sound file of one entry, as a user keeps it. */
export function entryText(id = "owner/own-4bit"): string {
  const { evidence: _evidence, origin: _origin, ...entry } = fakeEntry({ id });
  return JSON.stringify(
    {
      $schema: "./schemas/model.schema.json",
      ...entry,
    },
    null,
    2,
  );
}
