import type { DriverVersion } from "../core/driver_row.ts";
import type {
  ClassWords,
  CommunityReport,
  ModelEntry,
  UnlinkedReport,
} from "../core/registry_entry.ts";
import type {
  Advisory,
  BlockedRelease,
  WorkloadAdvisory,
} from "../core/release_advice.ts";
// As text: only who asks for the registry pays for building its objects.
import text from "../../registry/registry.json" with { type: "text" };

/** Shape of one model, for estimates where no `config.json` is at hand. */
export interface ModelDimsRow {
  /** Name of a build, without its owner. */
  readonly name: string;
  /** Layers. */
  readonly layers: number;
  /** Attention heads. */
  readonly heads: number;
  /** Heads of the KV cache. */
  readonly kvHeads: number;
  /** Width of a head. */
  readonly headDim: number;
  /** Bytes of one number. */
  readonly dtypeBytes: number;
}

/** `registry/registry.json`, as `scripts/build_registry.ts` writes it. */
export interface RegistryData {
  /** Models, sorted by id. */
  readonly models: readonly ModelEntry[];
  /** What is wrong with releases. */
  readonly advisories: readonly Advisory[];
  /** Releases that should not be used. */
  readonly blocked: readonly BlockedRelease[];
  /** Kinds of work that end badly. */
  readonly workloads: readonly WorkloadAdvisory[];
  /** Shapes of models. */
  readonly dims: readonly ModelDimsRow[];
  /** Versions of the GPU driver. */
  readonly drivers: readonly DriverVersion[];
  /** Reports that name a machine and no model. */
  readonly machineReports: readonly CommunityReport[];
  /** Reports without an address. */
  readonly unlinked: readonly UnlinkedReport[];
  /** Words for every class that entries may use, sorted by name. */
  readonly classes: readonly ClassWords[];
}

let parsed: RegistryData | undefined;
let isFrozen = false;

/**
 * The registry that ships, frozen to the last list. Built when first asked; importing this module reads nothing.
 *
 * The file is generated and checked for freshness, so its shape is not examined again here.
 */
export function registryData(): RegistryData {
  const data = registryToSearch();
  if (!isFrozen) frozen(data);
  isFrozen = true;
  return data;
}

/**
 * The same for a search through it, which is asked before each load: freezing takes longer than reading and searching.
 * Whoever hands a part of it out freezes that part.
 */
export function registryToSearch(): RegistryData {
  return parsed ??= JSON.parse(text);
}

/** Whether a class of failures takes the machine down. */
export function isPanicClass(name: string): boolean {
  return registryToSearch().classes
    .find((one) => one.name === name)?.costs === "machine";
}

/** Freezes a value of plain objects and lists, all the way down. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
