import type { Schema } from "./json_schema.ts";
import advisories from "../../registry/schemas/advisories.schema.json" with {
  type: "json",
};
import blocklist from "../../registry/schemas/blocklist.schema.json" with {
  type: "json",
};
import drivers from "../../registry/schemas/drivers.schema.json" with {
  type: "json",
};
import entryClasses from "../../registry/schemas/entry_classes.schema.json" with {
  type: "json",
};
import errorClasses from "../../registry/schemas/error_classes.schema.json" with {
  type: "json",
};
import gpuFamilies from "../../registry/schemas/gpu_families.schema.json" with {
  type: "json",
};
import model from "../../registry/schemas/model.schema.json" with {
  type: "json",
};
import modelDims from "../../registry/schemas/model_dims.schema.json" with {
  type: "json",
};
import signatures from "../../registry/schemas/signatures.schema.json" with {
  type: "json",
};
import unlinked from "../../registry/schemas/unlinked.schema.json" with {
  type: "json",
};
import workloads from "../../registry/schemas/workloads.schema.json" with {
  type: "json",
};

/** Kinds of files that the registry has; each is the name of a schema. */
export type RegistryKind =
  | "advisories"
  | "blocklist"
  | "drivers"
  | "entry_classes"
  | "error_classes"
  | "gpu_families"
  | "model"
  | "model_dims"
  | "signatures"
  | "unlinked"
  | "workloads";

/** The schemas, by kind. */
export const SCHEMAS: ReadonlyMap<RegistryKind, Schema> = new Map<
  RegistryKind,
  Schema
>([
  ["advisories", advisories],
  ["blocklist", blocklist],
  ["drivers", drivers],
  ["entry_classes", entryClasses],
  ["error_classes", errorClasses],
  ["gpu_families", gpuFamilies],
  ["model", model],
  ["model_dims", modelDims],
  ["signatures", signatures],
  ["unlinked", unlinked],
  ["workloads", workloads],
]);

/** The kind that a `$schema` names: the last part of its path counts, so that copies of the schemas may lie anywhere. */
export function kindOfSchema(schema: string): RegistryKind | undefined {
  const name = /([a-z_]{1,40})\.schema\.json$/.exec(schema.slice(-80))?.[1];
  return [...SCHEMAS.keys()].find((kind) => kind === name);
}
