import { plainText } from "../core/plain_text.ts";
import type {
  ClassWords,
  CommunityReport,
  EntryClass,
  ModelEntry,
  UnlinkedReport,
} from "../core/registry_entry.ts";
import { alternativeWords } from "./registry_check.ts";
import { TIER_TONES } from "./registry_list.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** One entry with what belongs to it. */
export interface RegistryShowView {
  /** The entry. */
  readonly entry: ModelEntry;
  /** Words for its classes. */
  readonly classes: readonly ClassWords[];
  /** Reports of the same name without an address. */
  readonly unlinked: readonly UnlinkedReport[];
}

/** The whole entry for a person. */
export function registryShowText(
  view: RegistryShowView,
  options: { readonly style: TextStyle },
): string {
  const { entry } = view;
  const { style } = options;
  const { evidence } = entry;
  const own = entry.origin === "overlay" ? "  (your own entry)" : "";
  const presumed = entry.variantPolicy.presumed;
  return `${
    [
      `${style.badge(TIER_TONES[entry.tier], entry.tier.toUpperCase())}  ${
        style.bold(plainText(entry.id, 160))
      }${own}`,
      "",
      labelled("Happens", plain(entry.whatHappens)),
      ...entry.errorClasses.map((one) =>
        labelled("Class", classWords(one, view.classes))
      ),
      labelled(
        "Seen",
        `${entry.firstObserved ?? "?"} to ${entry.lastObserved ?? "?"}`,
      ),
      labelled(
        "Evidence",
        `${evidence.independentReports} independent source(s), ${evidence.reproductions} reproduction(s), confidence ${evidence.confidence}\n${
          [
            listed("IOGPUFamily", evidence.iogpuFamilies),
            listed("macOS builds", evidence.osBuilds),
            listed("wired memory", evidence.wiredPolicies),
          ].filter((line) => line !== "").join("\n") || "no versions named"
        }`,
      ),
      ...(entry.cause === undefined
        ? []
        : [labelled("Cause?", plain(entry.cause))]),
      labelled("Do", plain(entry.recommendation)),
      ...(entry.safeAlternative === null
        ? []
        : [labelled("Instead", alternativeWords(entry))]),
      labelled(
        "Variants",
        presumed.length === 0 ? "Only this exact id is confirmed." : plain(
          `Only this exact id is confirmed. Presumed, not confirmed: ${
            presumed.join("; ")
          }. ${entry.variantPolicy.note ?? ""}`,
        ),
      ),
      "",
      ...(entry.reproductions ?? []).map((one) =>
        labelled(
          "Reproduced",
          `${
            plain(
              [
                one.date,
                one.hardware,
                one.timeToPanic,
                one.workload,
                one.note,
              ].filter((part) => part !== undefined).join("; "),
            )
          }\n${one.source}`,
        )
      ),
      ...entry.reports.map((report) => labelled("Report", reportWords(report))),
      ...view.unlinked.map((report) =>
        style.dim(labelled(
          "Unlinked",
          plain(
            `No address is known for this one, so it counts for nothing: ${
              [report.class, report.hardware, report.workload]
                .filter((part) => part !== undefined).join("; ")
            }`,
          ),
        ))
      ),
      labelled("Upstream", entry.upstream.join("\n")),
    ].join("\n")
  }\n`;
}

/** The whole entry for programs, with words for its classes. */
export function registryShowJson(
  view: RegistryShowView,
): Record<string, unknown> {
  return {
    ...view.entry,
    classWords: view.classes.filter((one) =>
      view.entry.errorClasses.some((used) => used.type === one.name)
    ),
    unlinkedReports: view.unlinked,
  };
}

function plain(text: string): string {
  return plainText(text, 1_500);
}

function listed(label: string, values: readonly string[]): string {
  return values.length === 0 ? "" : `${label}: ${values.join(", ")}`;
}

function classWords(one: EntryClass, words: readonly ClassWords[]): string {
  const meaning = words.find((known) => known.name === one.type);
  const where = [
    one.gpuFamilies.join(" "),
    one.hardware.join(", "),
    one.workload ?? "",
  ].filter((part) => part !== "").join("; ");
  return [
    plain(`${one.type}: ${one.signature}`),
    ...(where === "" ? [] : [plain(where)]),
    ...(meaning === undefined ? [] : [meaning.plainWords]),
    ...(one.mitigation === undefined ? [] : [plain(one.mitigation)]),
    one.source,
  ].join("\n");
}

function reportWords(report: CommunityReport): string {
  const model = report.model === undefined ? undefined : `as ${report.model}`;
  const system = [report.macos, report.osBuild].filter((part) =>
    part !== undefined
  ).join(" ");
  const parts = [
    report.date,
    report.class,
    model,
    report.hardware,
    system === "" ? undefined : `macOS ${system}`,
    report.software,
    report.workload,
    report.workaround === undefined
      ? undefined
      : `said to help: ${report.workaround}`,
    report.fact,
  ].filter((part) => part !== undefined);
  return `${plain(parts.join("; "))}\n${report.url}`;
}
