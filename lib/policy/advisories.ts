import { type Finding, finding } from "../core/finding.ts";
import { plainText } from "../core/plain_text.ts";
import type {
  Advisory,
  AdvisorySeverity,
  BlockedRelease,
} from "../core/release_advice.ts";

/** Versions by package. `null`: known not to be installed. Left out or `undefined`: not known. */
export type VersionsByPackage = Readonly<
  Record<string, string | null | undefined>
>;

/** An advisory that concerns an installed version. */
export interface AdvisoryHit {
  /** The advisory. */
  readonly advisory: Advisory;
  /** The version that it concerns. */
  readonly version: string;
  /** Condition on other packages that could not be checked, e.g. `transformers ==5.5.*`; `null` when all are known. */
  readonly openCondition: string | null;
  /** Models it says to use instead that have registry entries of their own, with the ids of those entries. */
  readonly doubtfulAlternatives: readonly DoubtfulAlternative[];
}

/** A model that is recommended here and reported there. */
export interface DoubtfulAlternative {
  /** As the advisory names it. */
  readonly model: string;
  /** Id of its entry. */
  readonly entryId: string;
  /** Tier of its entry. */
  readonly tier: string;
}

/** A blocked release that is installed. */
export interface BlockedHit {
  /** The release. */
  readonly release: BlockedRelease;
  /** The version that is installed. */
  readonly version: string;
}

/** What is known against installed versions. */
export interface AdvisoryVerdict {
  /** Advisories that concern them, the gravest first. */
  readonly advisories: readonly AdvisoryHit[];
  /** Releases among them that should not be used at all. */
  readonly blocked: readonly BlockedHit[];
  /** Versions that could not be judged. */
  readonly findings: readonly Finding[];
}

/** What {@linkcode evaluateAdvisories} knows. */
export interface AdvisoryTables {
  /** Advisories. */
  readonly advisories: readonly Advisory[];
  /** Blocked releases. */
  readonly blocked: readonly BlockedRelease[];
  /** Models with entries of their own. */
  readonly models: readonly { readonly id: string; readonly tier: string }[];
  /** Whether a version is in a specifier; `undefined` when that cannot be told. */
  readonly isIn: (version: string, specifier: string) => boolean | undefined;
}

const RANK: { readonly [K in AdvisorySeverity]: number } = {
  critical: 0,
  high: 1,
  medium: 2,
  info: 3,
};

/**
 * Decides which advisories and blocks concern a set of versions.
 *
 * Fails open: a package whose version is not known, or is no version, is judged by nothing; the latter is a finding. A
 * condition on another package whose version is not known counts as met, and is told.
 *
 * @param versions Versions by package.
 * @param tables Advisories, blocked releases and models.
 */
export function evaluateAdvisories(
  versions: VersionsByPackage,
  tables: AdvisoryTables,
): AdvisoryVerdict {
  const judged = Object.entries(versions).filter(([, version]) =>
    typeof version === "string"
  );
  return {
    advisories: tables.advisories.flatMap((advisory) =>
      hitOf(advisory, versions, tables) ?? []
    ).toSorted(byWeight),
    blocked: tables.blocked.flatMap((release) => {
      const version = versions[release.package];
      return typeof version === "string" &&
          tables.isIn(version, release.affected) === true
        ? [{ release, version }]
        : [];
    }),
    findings: judged.flatMap(([name, version]) =>
      tables.isIn(version ?? "", "") === undefined
        ? [unreadable(name, version ?? "")]
        : []
    ),
  };
}

function hitOf(
  advisory: Advisory,
  versions: VersionsByPackage,
  tables: AdvisoryTables,
): AdvisoryHit | undefined {
  const version = versions[advisory.package];
  if (
    typeof version !== "string" ||
    tables.isIn(version, advisory.affected) !== true
  ) return undefined;
  const open: string[] = [];
  for (const [name, specifier] of Object.entries(advisory.requires ?? {})) {
    const other = versions[name];
    if (other === null) return undefined;
    const isMet = other === undefined
      ? undefined
      : tables.isIn(other, specifier);
    if (isMet === false) return undefined;
    if (isMet === undefined) open.push(`${name} ${specifier}`);
  }
  return {
    advisory,
    version,
    openCondition: open.length === 0 ? null : open.join(", "),
    doubtfulAlternatives: (advisory.alternatives ?? []).flatMap((model) =>
      entriesOf(model, tables)
    ),
  };
}

function entriesOf(
  model: string,
  { models }: AdvisoryTables,
): readonly DoubtfulAlternative[] {
  const wanted = nameOf(model);
  return models.filter(({ id }) => nameOf(id) === wanted)
    .map(({ id, tier }) => ({ model, entryId: id, tier }));
}

/** A model's name without its owner. */
function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

function byWeight(a: AdvisoryHit, b: AdvisoryHit): number {
  const first = a.advisory;
  const second = b.advisory;
  return RANK[first.severity] - RANK[second.severity] ||
    compareWords(first.package, second.package) ||
    compareWords(first.issue, second.issue);
}

function compareWords(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function unreadable(name: string, version: string): Finding {
  const words = `${plainText(name, 60)} ${plainText(version, 60)}`;
  return finding(
    "version-unreadable",
    `${words} is no version that can be compared: nothing is known of it`,
  );
}
