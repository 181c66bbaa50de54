import type { GpuFamily } from "../core/gpu_family.ts";
import data from "../../registry/gpu_families.json" with { type: "json" };

/** Every generation of Apple's GPUs that is known, frozen. Made of `registry/gpu_families.jsonc`. */
export const GPU_FAMILIES: readonly GpuFamily[] = Object.freeze(
  data.families.map((family) => Object.freeze({ ...family })),
);
