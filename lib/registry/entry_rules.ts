import type { CommunityReport, ModelEntry } from "../core/registry_entry.ts";
import type { RegistryProblem } from "../core/registry_problem.ts";
import { parseModelBuild } from "../parse/model_build.ts";
import {
  type KnownThings,
  missingIssues,
  modelIssues,
} from "./known_things.ts";
import type { SourceText } from "./source_text.ts";

/** A file that has the form of its schema. */
export interface CheckedFile<T> {
  /** Its text. */
  readonly source: SourceText;
  /** What it says. */
  readonly value: T;
}

/** An entry as it is written: what is computed is not in it. */
export type ModelSource = Omit<ModelEntry, "evidence" | "origin">;

/** The name that the file of an entry has, without its ending. */
export function entryFileName(id: string): string {
  return id.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
}

/** What a schema cannot say about one model's entry. */
export function modelProblems(
  { source, value }: CheckedFile<ModelSource>,
  known: KnownThings,
): readonly RegistryProblem[] {
  return [
    ...fileNameProblems(source, value.id),
    ...observedProblems(source, value),
    ...tierProblems(source, value, known),
    ...alternativeProblems(source, value, known),
    ...value.errorClasses.flatMap(({ source: address }, index) =>
      isClaimLinked(value, address) ? [] : [
        source.problem(["errorClasses", index, "source"], {
          rule: "unsupported-claim",
          message:
            "This source is none of the entry's reports, reproductions or upstream addresses",
          fix: "Add the report it stands in, or name one that is there",
        }),
      ]
    ),
  ];
}

function fileNameProblems(source: SourceText, id: string): RegistryProblem[] {
  const file = source.path.split("/").at(-1) ?? "";
  const stem = file.replace(/\.jsonc?$/, "");
  const wanted = entryFileName(id);
  if (stem === wanted) return [];
  return [source.problem(["id"], {
    rule: "file-name",
    message: `The file of this entry is not named after its id`,
    fix: `Name it ${wanted}.jsonc`,
  })];
}

function observedProblems(
  source: SourceText,
  { firstObserved, lastObserved }: ModelSource,
): RegistryProblem[] {
  if (
    firstObserved === null || lastObserved === null ||
    firstObserved <= lastObserved
  ) return [];
  return [source.problem(["lastObserved"], {
    rule: "dates-reversed",
    message: `Last observed on ${lastObserved}, before the first time`,
    fix: "Exchange the two, or correct the one that is wrong",
  })];
}

function tierProblems(
  source: SourceText,
  value: ModelSource,
  known: KnownThings,
): RegistryProblem[] {
  const takesMachine = (name: string): boolean =>
    known.classes.get(name) === "machine";
  const hasPanic = value.errorClasses.some((one) => takesMachine(one.type));
  // A class that nobody knows is a fault of its own, and says nothing about the tier.
  if (value.errorClasses.some((one) => !known.classes.has(one.type))) return [];
  if (value.tier === "panic" && !hasPanic) {
    return [source.problem(["tier"], {
      rule: "tier-too-high",
      message:
        "The tier is panic, but no class of the entry takes the Mac down",
      fix: 'Write "abort", or add the class of the panic with its source',
    })];
  }
  if (value.tier !== "panic" && hasPanic) {
    return [source.problem(["tier"], {
      rule: "tier-too-low",
      message: "A class of the entry takes the Mac down, but its tier is lower",
      fix: 'Write "panic"',
    })];
  }
  return [];
}

function alternativeProblems(
  source: SourceText,
  { safeAlternative }: ModelSource,
  known: KnownThings,
): RegistryProblem[] {
  if (safeAlternative === null) return [];
  const missing = missingIssues(
    modelIssues(safeAlternative.id, known),
    safeAlternative.knownIssues,
  );
  if (missing.length === 0) return [];
  return [source.problem(["safeAlternative", "knownIssues"], {
    rule: "alternative-unsaid",
    message: `The alternative has entries of its own: ${missing.join(", ")}`,
    fix: "Name them in knownIssues, so that the reader sees both",
  })];
}

function isClaimLinked(value: ModelSource, address: string): boolean {
  const thread = (url: string): string => url.replace(/#.*$/s, "");
  const wanted = thread(address);
  const addresses = [
    ...value.reports.map((report: CommunityReport) => report.url),
    ...(value.reproductions ?? []).map((one) => one.source),
    ...value.upstream,
  ];
  return addresses.some((url) => thread(url) === wanted);
}

/** Whether two ids are one name, as far as the uniqueness of entries goes. */
export function isSameEntry(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The name of a model without its owner, as recommendations use it. */
export function bareName(id: string): string {
  return parseModelBuild(id).name;
}
