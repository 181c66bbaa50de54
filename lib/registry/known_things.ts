import type { ClassWords, ModelEntry } from "../core/registry_entry.ts";
import type {
  Advisory,
  BlockedRelease,
  Recommendation,
} from "../core/release_advice.ts";
import { parseModelBuild } from "../parse/model_build.ts";
import { isInSpecifier, tryParseSpecifier } from "../parse/pep440_specifier.ts";
import { tryParseVersion } from "../parse/pep440_version.ts";

/** What entries may refer to: the files under test, and what ships where they have none of a kind. */
export interface KnownThings {
  /** What each class costs, by its name. */
  readonly classes: ReadonlyMap<string, ClassWords["costs"]>;
  /** Advisories. */
  readonly advisories: readonly Pick<
    Advisory,
    "issue" | "package" | "affected" | "scope"
  >[];
  /** Blocked releases. */
  readonly blocked: readonly Pick<
    BlockedRelease,
    "package" | "affected" | "upstream"
  >[];
  /** Ids of models that have an entry. */
  readonly modelIds: readonly Pick<ModelEntry, "id">["id"][];
}

/** What is known against a release: issues of its advisories and of its block. */
export function releaseIssues(
  { package: name, version }: Pick<Recommendation, "package" | "version">,
  known: KnownThings,
): readonly string[] {
  const parsed = tryParseVersion(version);
  if (parsed === undefined) return [];
  const isAffected = (affected: string): boolean => {
    const specifier = tryParseSpecifier(affected);
    return specifier !== undefined &&
      isInSpecifier({ text: version, parsed }, specifier);
  };
  const advised = known.advisories.filter((one) =>
    one.package === name && one.scope?.model === undefined &&
    isAffected(one.affected)
  ).map((one) => one.issue);
  const blocked = known.blocked.filter((one) =>
    one.package === name && isAffected(one.affected)
  ).flatMap((one) => one.upstream.flatMap((url) => issueOf(url) ?? []));
  return [...new Set([...advised, ...blocked])].sort();
}

/** What is known against a model: the ids of its entries, and issues of advisories about it. */
export function modelIssues(
  id: string,
  known: KnownThings,
): readonly string[] {
  const { name } = parseModelBuild(id);
  const isSame = (other: string): boolean =>
    parseModelBuild(other).name === name;
  const advised = known.advisories.flatMap(({ issue, scope }) =>
    scope?.model !== undefined && isSame(scope.model) ? [issue] : []
  );
  return [...new Set([...advised, ...known.modelIds.filter(isSame)])].sort();
}

/** Those of `actual` that `said` leaves out. */
export function missingIssues(
  actual: readonly string[],
  said: readonly string[],
): readonly string[] {
  return actual.filter((issue) => !said.includes(issue));
}

/** The short form of an issue's address; `undefined` for any other one. */
export function issueOf(url: string): string | undefined {
  const found =
    /^https:\/\/github\.com\/([\w.-]{1,60})\/([\w.-]{1,60})\/(?:issues|pull)\/(\d{1,9})/
      .exec(url);
  return found === null ? undefined : `${found[1]}/${found[2]}#${found[3]}`;
}
