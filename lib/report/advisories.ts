import type { Finding } from "../core/finding.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { Recommendation } from "../core/release_advice.ts";
import type {
  AdvisoryHit,
  AdvisoryVerdict,
  BlockedHit,
} from "../policy/advisories.ts";
import { findingBlocks } from "./finding_words.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** A Python and its packages. */
export interface InstalledView {
  /** The Python. */
  readonly python: Observed<{
    readonly interpreter: string;
    readonly prefix: string;
    readonly version: string;
    readonly kind: "venv" | "uv" | "conda" | "plain";
  }>;
  /** Packages that were looked for; `null` for one that is not installed. */
  readonly packages: ReadonlyMap<
    string,
    Observed<{ readonly version: string; readonly folder: string } | null>
  >;
}

/** A Python and what is known against its packages. */
export interface AdvisoriesView extends AdvisoryVerdict, InstalledView {
  /** Everything that is out of order. */
  readonly findings: readonly Finding[];
}

/** What the exit code says. */
export const ADVISORY_EXIT = {
  /** Nothing is known against what is installed, but for what is merely good to know. */
  clear: 0,
  /** An advisory of medium severity or more. */
  advisory: 1,
  /** A release that should not be used. */
  blocked: 2,
  /** No Python, or no version of any package, can be told. */
  unknown: 3,
} as const;

/** The exit code for a view. */
export function advisoriesExitCode(view: AdvisoriesView): number {
  if (view.blocked.length > 0) return ADVISORY_EXIT.blocked;
  if (view.advisories.some(({ advisory }) => advisory.severity !== "info")) {
    return ADVISORY_EXIT.advisory;
  }
  const isTold = Array.from(view.packages.values()).some(({ kind }) =>
    kind === "known"
  );
  return isTold ? ADVISORY_EXIT.clear : ADVISORY_EXIT.unknown;
}

/** The object that `advisories --json` prints. */
export function advisoriesJson(view: AdvisoriesView): Record<string, unknown> {
  return {
    exit_code: advisoriesExitCode(view),
    ...installedJson(view),
    blocked: view.blocked.map(({ release, version }) => ({
      package: release.package,
      version,
      affected: release.affected,
      severity: release.severity,
      error_class: release.errorClass,
      signature: release.signature,
      reason: release.reason,
      upstream: release.upstream,
      recommends: release.recommends.map(recommendationJson),
    })),
    advisories: view.advisories.map(advisoryJson),
    findings: view.findings,
  };
}

/** The keys `python` and `packages`: a Python and the versions that it has. */
export function installedJson(view: InstalledView): Record<string, unknown> {
  const { python } = view;
  return {
    python: python.kind === "unknown"
      ? { known: false, reason: plainText(python.because) }
      : {
        known: true,
        interpreter: python.value.interpreter,
        prefix: python.value.prefix,
        version: python.value.version,
        kind: python.value.kind,
      },
    packages: Array.from(view.packages, ([name, one]) => ({
      name,
      installed: one.kind === "unknown" ? null : one.value !== null,
      version: one.kind === "unknown" ? null : one.value?.version ?? null,
      folder: one.kind === "unknown" ? null : one.value?.folder ?? null,
      reason: one.kind === "unknown" ? plainText(one.because) : null,
    })),
  };
}

function advisoryJson(hit: AdvisoryHit): Record<string, unknown> {
  const { advisory } = hit;
  return {
    issue: advisory.issue,
    package: advisory.package,
    version: hit.version,
    affected: advisory.affected,
    severity: advisory.severity,
    scope: advisory.scope ?? null,
    requires: advisory.requires ?? null,
    condition_unknown: hit.openCondition,
    symptom: advisory.symptom,
    mitigation: advisory.mitigation,
    fixed_in: advisory.fixedIn ?? null,
    last_good: advisory.lastGood ?? null,
    pin: advisory.pin ?? null,
    patch: advisory.patch ?? null,
    recommends: (advisory.recommends ?? []).map(recommendationJson),
    alternatives: advisory.alternatives ?? [],
    doubtful_alternatives: hit.doubtfulAlternatives.map((one) => ({
      model: one.model,
      entry: one.entryId,
      tier: one.tier,
    })),
    note: advisory.note ?? null,
    url: advisory.url,
  };
}

function recommendationJson(one: Recommendation): Record<string, unknown> {
  return {
    package: one.package,
    version: one.version,
    or_later: one.orLater ?? false,
    known_issues: one.knownIssues,
  };
}

const KINDS = {
  venv: "virtual environment",
  uv: "virtual environment of uv",
  conda: "conda",
  plain: "installation",
} as const;

/** The same for a person: what should not be used at all, then the gravest first. */
export function advisoriesText(view: AdvisoriesView, style: TextStyle): string {
  const blocks = [
    ...view.blocked.map((hit) => blockedBlock(hit, style)),
    ...view.advisories.map((hit) => advisoryBlock(hit, style)),
  ];
  return `${
    [
      headline(view, style),
      labelled("Python", pythonWords(view)) + "\n" +
      labelled("Packages", packageWords(view)),
      ...blocks,
      ...findingBlocks(view.findings, style),
    ].join("\n\n")
  }\n`;
}

function headline(view: AdvisoriesView, style: TextStyle): string {
  switch (advisoriesExitCode(view)) {
    case ADVISORY_EXIT.blocked:
      return style.badge("bad", "BLOCKED") +
        "  a release that should not be used is installed";
    case ADVISORY_EXIT.advisory:
      return style.badge("warn", "ADVISORY") +
        "  faults are known of what is installed";
    case ADVISORY_EXIT.unknown:
      return style.badge("warn", "UNKNOWN") +
        "  it cannot be told what is installed; name a Python with --python";
    default:
      return style.badge("good", "CLEAR") +
        "  no fault is on record; that is no proof that there is none";
  }
}

/** Where a Python is and what kind it is, in a line. */
export function pythonWords({ python }: InstalledView): string {
  const where = python.kind === "unknown"
    ? `unknown: ${plainText(python.because)}`
    : `${plainText(python.value.interpreter)} (${python.value.version}, ${
      KINDS[python.value.kind]
    })`;
  return `${where}; it was not started`;
}

/** Versions of a Python's packages, a line each. */
export function packageWords(view: InstalledView): string {
  return Array.from(
    view.packages,
    ([name, one]) =>
      one.kind === "unknown"
        ? `${name}: unknown`
        : `${name} ${one.value?.version ?? "not installed"}`,
  ).join("\n");
}

function blockedBlock(
  { release, version }: BlockedHit,
  style: TextStyle,
): string {
  return [
    style.bold(`${release.package} ${version}`) +
    ` must not be used (${release.severity})`,
    labelled("", release.reason),
    ...useInstead(release.recommends),
    labelled("More", release.upstream.join("\n")),
  ].join("\n");
}

function advisoryBlock(hit: AdvisoryHit, style: TextStyle): string {
  const { advisory } = hit;
  const scope = Object.values(advisory.scope ?? {});
  const lines = [
    style.bold(`${advisory.package} ${hit.version}`) +
    ` ${advisory.issue} (${advisory.severity})`,
    labelled("", advisory.symptom),
    ...(scope.length === 0 ? [] : [labelled("Only with", scope.join(", "))]),
    ...(hit.openCondition === null ? [] : [
      labelled(
        "Only if",
        `${hit.openCondition}; that version is not known here`,
      ),
    ]),
    labelled("To do", advisory.mitigation),
    ...useInstead(advisory.recommends ?? []),
    ...hit.doubtfulAlternatives.map((one) =>
      labelled(
        "But",
        `${one.model} has an entry of its own: ${one.entryId} (${one.tier})`,
      )
    ),
    ...(advisory.note === undefined ? [] : [labelled("Note", advisory.note)]),
    labelled("More", advisory.url),
  ];
  return lines.join("\n");
}

/** Releases to go to; one that has entries of its own says so. */
function useInstead(recommends: readonly Recommendation[]): readonly string[] {
  if (recommends.length === 0) return [];
  const lines = recommends.map((one) => {
    const name = `${one.package} ${one.version}${
      one.orLater === true ? " or later" : ""
    }`;
    return one.knownIssues.length === 0
      ? name
      : `${name}, which has entries of its own: ${one.knownIssues.join(", ")}`;
  });
  return [labelled("Go to", lines.join("\n"))];
}
