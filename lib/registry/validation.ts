import type { ModelEntry } from "../core/registry_entry.ts";
import type { RegistryProblem } from "../core/registry_problem.ts";
import type { Advisory, BlockedRelease } from "../core/release_advice.ts";
import {
  type CheckedFile,
  isSameEntry,
  modelProblems,
  type ModelSource,
} from "./entry_rules.ts";
import type { FailureLists } from "./failure_sources.ts";
import type { KnownThings } from "./known_things.ts";
import {
  issueOrder,
  listProblems,
  patternProblems,
  recommendationProblems,
  valueProblems,
} from "./list_rules.ts";
import type { RegistryData } from "./registry_data.ts";
import { sampleProblems } from "./sample_rules.ts";
import { schemaProblems } from "./schema_check.ts";
import { kindOfSchema, type RegistryKind, SCHEMAS } from "./schemas.ts";
import {
  readSource,
  type RegistryFile,
  type SourceText,
} from "./source_text.ts";

/** Against what files are validated. */
export interface ValidationOptions {
  /** The day it is, `YYYY-MM-DD`. */
  readonly today: string;
  /** What ships: used for kinds of which no file is validated. */
  readonly shipped: Pick<
    RegistryData,
    "models" | "advisories" | "blocked" | "classes"
  >;
}

/** What validation found. */
export interface Validation {
  /** Everything that is wrong, by file and place. */
  readonly problems: readonly RegistryProblem[];
  /** Model entries of files in which nothing is wrong. */
  readonly models: readonly ModelSource[];
  /** Values of sound files of the other kinds, by kind. */
  readonly lists: ReadonlyMap<RegistryKind, unknown>;
}

interface Parsed extends CheckedFile<unknown> {
  readonly kind: RegistryKind;
}

/**
 * Validates files of the registry together: form, schema, and what no schema can say. All problems are found at once.
 *
 * Bounded: a file over 512 KiB or nested too deeply is refused before it is parsed.
 */
export function validateRegistry(
  files: readonly RegistryFile[],
  options: ValidationOptions,
): Validation {
  const problems: RegistryProblem[] = [];
  const parsed = files.flatMap((file) => parseFile(file, problems));
  const known = knownThings(parsed, options);
  for (const file of parsed) {
    problems.push(...valueProblems(file, known, options.today));
    problems.push(...kindProblems(file, known));
  }
  problems.push(...duplicateProblems(modelsOf(parsed)));
  problems.push(...allSampleProblems(parsed, problems));
  const bad = new Set(problems.map((problem) => problem.file));
  const sound = parsed.filter((file) => !bad.has(file.source.path));
  return {
    problems: problems.toSorted((a, b) =>
      compare(a.file, b.file) || a.line - b.line || a.column - b.column
    ),
    models: modelsOf(sound).map((file) => file.value),
    lists: new Map(
      sound.filter((file) => file.kind !== "model")
        .map((file) => [file.kind, file.value]),
    ),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseFile(file: RegistryFile, problems: RegistryProblem[]): Parsed[] {
  const { source, value, problems: found } = readSource(file);
  problems.push(...found);
  if (value === undefined || found.length > 0) return [];
  const schema: unknown = typeof value === "object" && value !== null &&
      "$schema" in value
    ? value.$schema
    : undefined;
  const kind = typeof schema === "string" ? kindOfSchema(schema) : undefined;
  if (kind === undefined) {
    problems.push(source.problem(["$schema"], {
      rule: "no-schema",
      message: schema === undefined
        ? 'The file has no "$schema"'
        : 'Its "$schema" is none of the registry',
      fix: `Name one of ${
        [...SCHEMAS.keys()].map((name) => `${name}.schema.json`).join(", ")
      }`,
    }));
    return [];
  }
  const broken = schemaProblems(source, kind, value);
  problems.push(...broken);
  return broken.length > 0 ? [] : [{ source, kind, value }];
}

/** The files of a kind. The schema has been met, so the shape is this. */
function filesOf<T>(
  files: readonly Parsed[],
  kind: RegistryKind,
): readonly CheckedFile<T>[] {
  return files.filter((file) => file.kind === kind)
    .map(({ source, value }) => ({ source, value: value as T }));
}

/** Each file with the first one of the other kind; one whose pattern is none cannot match, and that is told already. */
function allSampleProblems(
  parsed: readonly Parsed[],
  told: readonly RegistryProblem[],
): readonly RegistryProblem[] {
  const bad = new Set(
    told.filter(({ rule }) =>
      rule === "super-linear" || rule === "not-plain-words"
    ).map((problem) => problem.file),
  );
  const sound = parsed.filter((file) => !bad.has(file.source.path));
  const signatures = filesOf<FailureLists>(sound, "signatures");
  const classes = filesOf<FailureLists>(sound, "error_classes");
  return [
    ...signatures.flatMap((file) =>
      sampleProblems(file, classes[0])
        .filter((problem) => problem.file === file.source.path)
    ),
    ...classes.flatMap((file) =>
      sampleProblems(signatures[0], file)
        .filter((problem) => problem.file === file.source.path)
    ),
  ];
}

function modelsOf(
  files: readonly Parsed[],
): readonly CheckedFile<ModelSource>[] {
  return files.filter((file) => file.kind === "model")
    .map(({ source, value }) => ({ source, value: value as ModelSource }));
}

function knownThings(
  files: readonly Parsed[],
  { shipped }: ValidationOptions,
): KnownThings {
  const classes = new Map(
    shipped.classes.map((one) => [one.name, one.costs] as const),
  );
  const lists = <T>(kind: RegistryKind): readonly T[] =>
    filesOf<T>(files, kind).map((file) => file.value);
  for (const file of lists<FailureLists>("error_classes")) {
    for (const { name, severity } of file.classes) {
      classes.set(name, severity === "kernel_panic" ? "machine" : "process");
    }
  }
  for (const file of lists<RegistryDataOf<"classes">>("entry_classes")) {
    for (const { name, costs } of file.classes) classes.set(name, costs);
  }
  const advisories = lists<RegistryDataOf<"advisories">>("advisories")
    .flatMap((file) => file.advisories);
  const blocked = lists<RegistryDataOf<"blocked">>("blocklist")
    .flatMap((file) => file.blocked);
  return {
    classes,
    advisories: advisories.length > 0 ? advisories : shipped.advisories,
    blocked: blocked.length > 0 ? blocked : shipped.blocked,
    modelIds: [
      ...new Set([
        ...shipped.models.map((entry: Pick<ModelEntry, "id">) => entry.id),
        ...modelsOf(files).map((file) => file.value.id),
      ]),
    ],
  };
}

function kindProblems(
  { source, kind, value }: Parsed,
  known: KnownThings,
): readonly RegistryProblem[] {
  switch (kind) {
    case "model":
      return modelProblems({ source, value: value as ModelSource }, known);
    case "advisories": {
      const { advisories } = value as {
        readonly advisories: readonly Advisory[];
      };
      return [
        ...named(
          source,
          "advisories",
          advisories,
          (one) => `${one.package} ${issueOrder(one.issue)}`,
        ),
        ...recommendationProblems(source, "advisories", advisories, known),
      ];
    }
    case "blocklist": {
      const { blocked } = value as {
        readonly blocked: readonly BlockedRelease[];
      };
      return [
        ...named(
          source,
          "blocked",
          blocked,
          (one) => `${one.package} ${one.version}`,
        ),
        ...recommendationProblems(source, "blocked", blocked, known),
      ];
    }
    case "workloads":
      return named(
        source,
        "workloads",
        (value as RegistryDataOf<"workloads">).workloads,
        (one) => one.id,
      );
    case "entry_classes":
      return named(
        source,
        "classes",
        (value as RegistryDataOf<"classes">).classes,
        (one) => one.name,
      );
    case "model_dims":
      return named(
        source,
        "models",
        (value as { readonly models: RegistryData["dims"] }).models,
        (one) => one.name.toLowerCase(),
      );
    case "drivers":
      return named(
        source,
        "drivers",
        (value as RegistryDataOf<"drivers">).drivers,
        (one) => one.version,
      );
    case "signatures": {
      const { signatures } = value as FailureLists;
      return [
        ...listProblems(
          source,
          "signatures",
          signatures.map((one) => one.id),
          false,
        ),
        ...patternProblems(source, "signatures", signatures),
      ];
    }
    case "error_classes": {
      const { classes } = value as FailureLists;
      return [
        ...listProblems(
          source,
          "classes",
          classes.map((one) => one.name),
          false,
        ),
        ...patternProblems(source, "classes", classes),
      ];
    }
    case "gpu_families":
    case "unlinked":
      return [];
  }
}

type RegistryDataOf<K extends keyof RegistryData> = Pick<RegistryData, K>;

function named<T>(
  source: SourceText,
  list: string,
  entries: readonly T[],
  nameOf: (entry: T) => string,
): readonly RegistryProblem[] {
  return listProblems(source, list, entries.map(nameOf), true);
}

function duplicateProblems(
  files: readonly CheckedFile<ModelSource>[],
): readonly RegistryProblem[] {
  return files.flatMap((file, index) => {
    const first = files.findIndex((other) =>
      isSameEntry(other.value.id, file.value.id)
    );
    const other = files[first];
    return first === index || other === undefined ? [] : [
      file.source.problem(["id"], {
        rule: "duplicate-id",
        message: `${other.source.path} has this id already`,
        fix: "Make one entry of the two",
      }),
    ];
  });
}
