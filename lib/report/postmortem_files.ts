import type { ArtefactView } from "./postmortem_view.ts";

/** What each file of our own holds, for whoever opens the folder; the index first. */
const WORDS: Readonly<Record<string, string>> = {
  "index.html": "this page, for a browser",
  "index.md": "the same as text",
  "apple_feedback.md": "text for Apple's Feedback Assistant",
  "breadcrumb_tail.log": "the last 500 lines of the breadcrumb log",
  "panics.jsonl": "every kernel panic that is remembered, one a line",
  "status.json": "the picture of all layers, after the panic",
  "gpu_stats.json": "GPU and memory as they are now, read without Metal",
  "environment.json": "metal-guard's own variables",
};

/** Names of a bundle's files but the reports and the list. */
export const BUNDLE_FILES: readonly string[] = Object.keys(WORDS);

/** One file of a bundle, as its list has it. */
export interface BundleFileFacts {
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly kind: string;
  /** Its size; `undefined` where it was not written. */
  readonly sizeBytes: number | undefined;
  /** Whether its end is missing. */
  readonly isCut: boolean;
  /** Why it could not be written. */
  readonly failure: string | undefined;
}

/**
 * Files of a bundle for its page: those that are written after the page, too.
 *
 * @param files Files so far.
 * @param isKept Whether a file is of an earlier run.
 */
export function artefactViews(
  files: readonly BundleFileFacts[],
  isKept: (name: string) => boolean,
): readonly ArtefactView[] {
  const written = files.map((one) => ({
    name: one.name,
    words: WORDS[one.name] ??
      (one.kind === "report" ? "a report of macOS" : "the list of these files"),
    sizeBytes: one.sizeBytes ?? null,
    failure: one.failure ?? null,
    isCut: one.isCut,
    isKept: one.kind === "report" && isKept(one.name),
  }));
  const names = new Set(written.map(({ name }) => name));
  const coming = ["index.html", "index.md"].filter((name) => !names.has(name))
    .map((name) => ({
      name,
      words: WORDS[name] ?? "",
      sizeBytes: null,
      failure: null,
      isCut: false,
      isKept: false,
    }));
  return [...coming, ...written];
}
