import type { ModelEntry } from "../core/registry_entry.ts";
import { parseModelBuild } from "../parse/model_build.ts";
import {
  entriesOfFamily,
  entriesOfTier,
  evaluateRegistry,
  type RegistryLookup,
  type RegistryMatch,
} from "../policy/registry_lookup.ts";
import { isPanicClass, registryData } from "../registry/registry_data.ts";

/** The registry that ships, without a user's entries. Nothing is read before it is asked. */
export interface ShippedRegistry {
  /** Every entry, sorted by id, frozen. */
  readonly models: readonly ModelEntry[];
  /**
   * The entry of exactly this id, with its classes for this GPU. Fails open: an id that nobody reported has none.
   *
   * @param modelId Any case.
   * @param options GPU family; without one every class counts.
   * @returns `undefined` where there is none, or none of its classes concerns this GPU.
   */
  find(modelId: string, options?: RegistryLookup): RegistryMatch | undefined;
  /** Entries of a tier: `panic`, `abort`, `degradation`. */
  byTier(tier: string): readonly ModelEntry[];
  /** Entries whose reports name a GPU family, e.g. `M4`. */
  affecting(gpuFamily: string): readonly ModelEntry[];
}

/**
 * Models that take Macs or programs down, as the registry that ships has them. `guard.registry` knows a user's own
 * entries too, and near matches.
 *
 * @example
 * ```ts
 * import { registry } from "../../mod.ts";
 *
 * const found = registry.find("mlx-community/gemma-4-31b-it-8bit", { gpuFamily: "M4" });
 * console.log(found?.entry.tier, found?.entry.recommendation);
 * ```
 */
export const SHIPPED_REGISTRY: ShippedRegistry = Object.freeze({
  get models(): readonly ModelEntry[] {
    return registryData().models;
  },
  find: (
    modelId: string,
    options: RegistryLookup = {},
  ): RegistryMatch | undefined => {
    const { exact } = evaluateRegistry(registryData().models, modelId, {
      gpuFamily: options.gpuFamily,
      nameOf: parseModelBuild,
      isPanicClass,
    });
    return exact === null || exact.classes.length === 0 ? undefined : exact;
  },
  byTier: (tier: string): readonly ModelEntry[] =>
    entriesOfTier(registryData().models, tier),
  affecting: (gpuFamily: string): readonly ModelEntry[] =>
    entriesOfFamily(registryData().models, gpuFamily),
});
