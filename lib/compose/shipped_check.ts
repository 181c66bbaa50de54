import { parseModelBuild } from "../parse/model_build.ts";
import {
  evaluateRegistry,
  type RegistryAnswer,
} from "../policy/registry_lookup.ts";
import { isPanicClass, registryToSearch } from "../registry/registry_data.ts";

/**
 * What the registry that ships knows against a model, as `guard.registry.check()` without a user's entries: nothing but
 * the registry is loaded for it, since programs ask before each load.
 *
 * Fails open: an id that nobody reported is clear.
 *
 * @param modelId Any case.
 * @param gpuFamily e.g. `M4`; without one every class counts.
 */
export function checkShippedRegistry(
  modelId: string,
  gpuFamily: string | undefined,
): RegistryAnswer {
  return evaluateRegistry(registryToSearch().models, modelId, {
    gpuFamily,
    nameOf: parseModelBuild,
    isPanicClass,
  });
}
