import type { EntryClass, ModelEntry } from "../core/registry_entry.ts";

/** How an entry and an id belong together. */
export type MatchKind = "exact" | "same_name" | "same_model";

/** An entry that has to do with an id. */
export interface RegistryMatch {
  /** The entry. */
  readonly entry: ModelEntry;
  /**
   * `exact`: confirmed; `same_name`: the same build under another owner or path; `same_model`: another build of the same
   * model. The last two are presumed, never confirmed.
   */
  readonly kind: MatchKind;
  /** Its classes that concern the GPU asked for; all of them when none was. */
  readonly classes: readonly EntryClass[];
}

/** What an id means to the registry. */
export interface RegistryAnswer {
  /** What was asked. */
  readonly modelId: string;
  /** GPU family that was asked for, `null` for any. */
  readonly gpuFamily: string | null;
  /** The entry of this id, with classes that concern this GPU. */
  readonly exact: RegistryMatch | null;
  /** The entry of this id when none of its classes concerns this GPU. */
  readonly elsewhere: ModelEntry | null;
  /** Entries of other builds. */
  readonly near: readonly RegistryMatch[];
  /** The worst that is to be feared. */
  readonly level: "clear" | "advisory" | "panic";
}

/** How a model is looked up. */
export interface RegistryLookup {
  /** GPU family, e.g. `M4`; without one every class counts. */
  readonly gpuFamily?: string;
}

/** How an id is looked up. */
export interface RegistryQuery {
  /** GPU family, e.g. `M4`; without one every class counts. */
  readonly gpuFamily?: string | undefined;
  /** Takes an id apart. */
  readonly nameOf: (id: string) => {
    readonly name: string;
    readonly base: string;
  };
  /** Whether a class takes the machine down. */
  readonly isPanicClass: (name: string) => boolean;
}

/**
 * Decides what is known against a model.
 *
 * Fails open: an id that nobody reported is clear, which says that there is no report and not that the model is safe. A
 * class whose reports name no GPU counts for each of them. Only an exact id can be a panic: a variant is presumed.
 *
 * @param entries The registry.
 * @param id Model id, any case.
 * @param query GPU family and how to read names.
 */
export function evaluateRegistry(
  entries: readonly ModelEntry[],
  id: string,
  query: RegistryQuery,
): RegistryAnswer {
  const asked = query.nameOf(id);
  const lower = id.trim().toLowerCase();
  const own = entries.find((entry) => entry.id.toLowerCase() === lower);
  const exact = own === undefined ? null : matchOf(own, "exact", query);
  const near = entries.flatMap((entry) => {
    const kind = entry === own ? undefined : nearness(entry, asked, query);
    const match = kind === undefined ? null : matchOf(entry, kind, query);
    return match === null ? [] : [match];
  });
  return {
    modelId: id,
    gpuFamily: query.gpuFamily ?? null,
    exact,
    elsewhere: exact === null ? own ?? null : null,
    near: near.toSorted((a, b) => rank(a.kind) - rank(b.kind)),
    // What is reported on other chips only is no reason to feel safe on this one.
    level: own !== undefined && exact === null
      ? "advisory"
      : levelOf(exact, near, query),
  };
}

/** Entries of a tier. */
export function entriesOfTier(
  entries: readonly ModelEntry[],
  tier: string,
): readonly ModelEntry[] {
  return entries.filter((entry) => entry.tier === tier);
}

/** Entries whose reports name a GPU family. Those that name none are left out: nothing is claimed for it. */
export function entriesOfFamily(
  entries: readonly ModelEntry[],
  family: string,
): readonly ModelEntry[] {
  return entries.filter((entry) =>
    entry.errorClasses.some((one) => one.gpuFamilies.includes(family))
  );
}

function rank(kind: MatchKind): number {
  return kind === "exact" ? 0 : kind === "same_name" ? 1 : 2;
}

function nearness(
  entry: ModelEntry,
  asked: { readonly name: string; readonly base: string },
  query: RegistryQuery,
): MatchKind | undefined {
  if (entry.idKind === "workflow") return undefined;
  const known = query.nameOf(entry.id);
  if (known.name === asked.name && asked.name !== "") return "same_name";
  return known.base === asked.base && asked.base !== ""
    ? "same_model"
    : undefined;
}

function matchOf(
  entry: ModelEntry,
  kind: MatchKind,
  { gpuFamily }: RegistryQuery,
): RegistryMatch | null {
  const classes = entry.errorClasses.filter((one) =>
    gpuFamily === undefined || one.gpuFamilies.length === 0 ||
    one.gpuFamilies.includes(gpuFamily)
  );
  // A panic under another family is reason enough to tell, though its class is not listed for this one.
  const isReported = gpuFamily !== undefined &&
    entry.reports.some((report) =>
      report.model === undefined && report.gpuFamily === gpuFamily &&
      report.class !== undefined
    );
  return classes.length > 0 || isReported ? { entry, kind, classes } : null;
}

function levelOf(
  exact: RegistryMatch | null,
  near: readonly RegistryMatch[],
  query: RegistryQuery,
): RegistryAnswer["level"] {
  if (exact !== null && isPanic(exact, query)) return "panic";
  return exact !== null || near.length > 0 ? "advisory" : "clear";
}

/** A tier follows the first source; one report of a panic of this very model outweighs it. */
function isPanic(
  { entry, classes }: RegistryMatch,
  { gpuFamily, isPanicClass }: RegistryQuery,
): boolean {
  if (entry.tier === "panic" && classes.length > 0) return true;
  return classes.some((one) => isPanicClass(one.type)) ||
    entry.reports.some((report) =>
      report.model === undefined && report.class !== undefined &&
      isPanicClass(report.class) &&
      (gpuFamily === undefined || (report.gpuFamily ?? gpuFamily) === gpuFamily)
    );
}
