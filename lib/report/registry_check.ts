import { plainText, shellWord } from "../core/plain_text.ts";
import type { ClassWords, ModelEntry } from "../core/registry_entry.ts";
import type {
  RegistryAnswer,
  RegistryMatch,
} from "../policy/registry_lookup.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** One line for a log or a program's standard error. */
export function registryWarning(found: RegistryAnswer): string {
  const { exact, elsewhere, near, modelId } = found;
  const id = plainText(modelId, 160);
  if (exact !== null) {
    const reports = plural(exact.entry.evidence.independentReports, "source");
    return `${id} is in the registry (${exact.entry.tier}, ${reports}): ${exact.entry.whatHappens} ${exact.entry.recommendation}`;
  }
  if (elsewhere !== null) {
    return `${id} is in the registry for other GPUs than ${found.gpuFamily}: ${elsewhere.whatHappens}`;
  }
  const [first] = near;
  return first === undefined
    ? `Nothing is reported against ${id}`
    : `${id} is ${
      nearWords(first)
    }: presumed, not confirmed. ${first.entry.whatHappens}`;
}

/** How a near match belongs to what was asked. */
export function nearWords({ entry, kind }: RegistryMatch): string {
  const id = plainText(entry.id, 160);
  return kind === "same_name"
    ? `named like ${id}, which is in the registry (${entry.tier})`
    : `another build of ${id}, which is in the registry (${entry.tier})`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The object that `registry check --json` prints. */
export function registryCheckJson(
  found: RegistryAnswer,
  exitCode: number,
): Record<string, unknown> {
  return {
    model_id: found.modelId,
    gpu_family: found.gpuFamily,
    exit_code: exitCode,
    level: found.level,
    confirmed: found.exact === null ? null : matchJson(found.exact),
    other_gpus_only: found.elsewhere === null ? null : found.elsewhere.id,
    presumed: found.near.map((match) => ({
      ...matchJson(match),
      match: match.kind,
    })),
  };
}

function matchJson(
  { entry, classes }: RegistryMatch,
): Record<string, unknown> {
  return {
    id: entry.id,
    tier: entry.tier,
    origin: entry.origin,
    error_classes: classes.map((one) => one.type),
    independent_reports: entry.evidence.independentReports,
    confidence: entry.evidence.confidence,
    what_happens: entry.whatHappens,
    recommendation: entry.recommendation,
    safe_alternative: entry.safeAlternative?.id ?? null,
    upstream: entry.upstream,
  };
}

/** The same for a person. */
export function registryCheckText(
  found: RegistryAnswer,
  options: {
    readonly style: TextStyle;
    readonly classes: readonly ClassWords[];
  },
): string {
  const { style } = options;
  const id = plainText(found.modelId, 160);
  const gpu = found.gpuFamily === null ? "" : ` on ${found.gpuFamily}`;
  const state = found.level === "panic"
    ? style.badge("bad", `PANIC  ${id}${gpu} takes Macs down`)
    : found.level === "advisory"
    ? style.badge("warn", `ADVISORY  ${id}${gpu}`)
    : `${
      style.badge("good", `CLEAR  nothing is reported against ${id}${gpu}`)
    }\n\n${
      labelled(
        "Note",
        "No report is no proof: few people write one. After a panic, add yours.",
      )
    }`;
  const blocks = [
    ...(found.exact === null ? [] : entryLines(found.exact, options.classes)),
    ...(found.elsewhere === null ? [] : [
      labelled(
        "Elsewhere",
        `Reports exist for other GPUs only (${
          familiesOf(found.elsewhere).join(", ")
        }): ${found.elsewhere.whatHappens}`,
      ),
    ]),
    ...found.near.slice(0, 8).map((match) =>
      labelled(
        "Presumed",
        `This is ${
          nearWords(match)
        }. That it fails alike is presumed, not confirmed.\n${match.entry.whatHappens}`,
      )
    ),
  ];
  const hint = found.exact ?? found.near[0];
  const more = hint === undefined ? [] : [
    labelled(
      "More",
      `Reports and their addresses:\n$ metal-guard registry show ${
        shellWord(hint.entry.id)
      }`,
    ),
  ];
  return `${[state, "", ...blocks, ...more].join("\n").trimEnd()}\n`;
}

function familiesOf(entry: ModelEntry): readonly string[] {
  return [...new Set(entry.errorClasses.flatMap((one) => one.gpuFamilies))]
    .sort();
}

function entryLines(
  { entry, classes }: RegistryMatch,
  words: readonly ClassWords[],
): readonly string[] {
  const meaning = words.find((one) => one.name === classes[0]?.type);
  const { evidence, safeAlternative } = entry;
  return [
    labelled("Happens", plainText(entry.whatHappens, 700)),
    ...(meaning === undefined ? [] : [labelled("Means", meaning.plainWords)]),
    labelled(
      "Evidence",
      `${plural(evidence.independentReports, "independent source")}, ${
        plural(evidence.reproductions, "reproduction")
      }; confidence ${evidence.confidence}${
        entry.origin === "overlay" ? "; your own entry" : ""
      }`,
    ),
    labelled("Do", plainText(entry.recommendation, 700)),
    ...(safeAlternative === null
      ? []
      : [labelled("Instead", alternativeWords(entry))]),
  ];
}

/** The alternative of an entry, and what is known against it. */
export function alternativeWords({ safeAlternative }: ModelEntry): string {
  if (safeAlternative === null) return "";
  const against = safeAlternative.knownIssues.length === 0
    ? ""
    : ` Known against it: ${safeAlternative.knownIssues.join(", ")}.`;
  return plainText(
    `${safeAlternative.id}. ${safeAlternative.why}${against}`,
    900,
  );
}
