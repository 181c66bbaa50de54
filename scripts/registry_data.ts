/**
 * Makes the text of `registry/registry.json` from the files of the registry, all of which have to be valid.
 *
 * @module
 */
import type {
  ClassWords,
  CommunityReport,
  ModelEntry,
  UnlinkedReport,
} from "../lib/core/registry_entry.ts";
import type { DriverVersion } from "../lib/core/driver_row.ts";
import { evidenceOf } from "../lib/registry/entry_evidence.ts";
import type { ErrorClassSource } from "../lib/registry/failure_sources.ts";
import type { RegistryData } from "../lib/registry/registry_data.ts";
import type { RegistryKind } from "../lib/registry/schemas.ts";
import type { RegistryFile } from "../lib/registry/source_text.ts";
import { validateRegistry } from "../lib/registry/validation.ts";

/** Nothing: what ships is made from the files, and must not vouch for them. */
const NOTHING = { models: [], advisories: [], blocked: [], classes: [] };

/**
 * Makes the text of `registry/registry.json`: one entry a line, so that a change of one shows as one.
 *
 * @param files The files of the registry.
 * @param today The day it is, `YYYY-MM-DD`.
 * @throws {Error} If a file has a fault, or a kind is missing. The message names every one with its place.
 */
export function buildRegistryData(
  files: readonly RegistryFile[],
  today: string,
): string {
  const { problems, models, lists } = validateRegistry(files, {
    today,
    shipped: NOTHING,
  });
  if (problems.length > 0) {
    throw new Error(
      problems.map(({ file, line, column, message, fix }) =>
        `${file}:${line}:${column}: ${message}. ${fix}`
      ).join("\n"),
    );
  }
  const list = <T>(kind: RegistryKind, key: string): readonly T[] => {
    const value = lists.get(kind);
    const found = typeof value === "object" && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined;
    if (!Array.isArray(found)) throw new Error(`No ${key} in ${kind}.jsonc`);
    return found;
  };
  const data: RegistryData = {
    models: models.map((entry): ModelEntry => ({
      ...entry,
      evidence: evidenceOf(entry),
      origin: "registry",
    })).sort((a, b) => a.id < b.id ? -1 : 1),
    advisories: list("advisories", "advisories"),
    blocked: list("blocklist", "blocked"),
    workloads: list("workloads", "workloads"),
    dims: list("model_dims", "models"),
    drivers: list<DriverVersion>("drivers", "drivers"),
    machineReports: list<CommunityReport>("drivers", "reports"),
    unlinked: list<UnlinkedReport>("unlinked", "reports"),
    classes: classWords(
      list<ErrorClassSource>("error_classes", "classes"),
      list<ClassWords>("entry_classes", "classes"),
    ),
  };
  return linesOf(data);
}

function classWords(
  classifier: readonly ErrorClassSource[],
  entries: readonly ClassWords[],
): readonly ClassWords[] {
  return [
    ...classifier.map(({ name, severity, plainWords, nextStep }) => ({
      name,
      costs: severity === "kernel_panic" ? "machine" : "process",
      plainWords,
      nextStep,
    } as const)),
    ...entries.map(({ name, costs, plainWords, nextStep }) => ({
      name,
      costs,
      plainWords,
      nextStep,
    })),
  ].sort((a, b) => a.name < b.name ? -1 : 1);
}

function linesOf(data: RegistryData): string {
  const lists = Object.entries(data).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, entries]: [string, readonly unknown[]]) =>
      `${JSON.stringify(key)}: [\n${
        entries.map((entry) => JSON.stringify(sorted(entry))).join(",\n")
      }\n]`
    );
  return `{\n${lists.join(",\n")}\n}\n`;
}

/** Sorts the keys of every object; lists keep their order, which is their meaning. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** Reads the files of the registry: the lists, and one file a model. */
export function readRegistryFiles(folder: URL): readonly RegistryFile[] {
  return ["", "models/"].flatMap((below) =>
    [...Deno.readDirSync(new URL(below, folder))]
      .filter((entry) => entry.isFile && entry.name.endsWith(".jsonc"))
      .map((entry) => `${below}${entry.name}`)
  ).sort().map((name) => ({
    path: `registry/${name}`,
    bytes: Deno.readFileSync(new URL(name, folder)),
  }));
}
