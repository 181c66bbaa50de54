import type { ModelEntry } from "../core/registry_entry.ts";
import type { RegistryProblem } from "../core/registry_problem.ts";
import { evidenceOf } from "./entry_evidence.ts";
import { frozen } from "./registry_data.ts";
import type { RegistryFile } from "./source_text.ts";
import { validateRegistry, type ValidationOptions } from "./validation.ts";

/**
 * The models in a user's own files. Only files in which nothing is wrong count, so that half an entry misleads nobody;
 * the others are problems. Everything that counts is marked as the user's.
 */
export function overlayEntries(
  files: readonly RegistryFile[],
  options: ValidationOptions,
): {
  readonly models: readonly ModelEntry[];
  readonly problems: readonly RegistryProblem[];
} {
  const { models, problems } = validateRegistry(files, options);
  return {
    models: models.map((entry) =>
      frozen<ModelEntry>({
        ...entry,
        evidence: evidenceOf(entry),
        origin: "overlay",
      })
    ),
    problems,
  };
}
