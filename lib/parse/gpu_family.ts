import type { GpuFamily } from "../core/gpu_family.ts";

/** Longer is no architecture's name. */
const MAX_LENGTH = 80;

/**
 * Names the family of Metal's architecture, e.g. `M4` of `applegpu_g16s`.
 *
 * @param architecture As `mx.device_info()` or Metal says it.
 * @param families Those that are known.
 * @returns The family; where it is not known, the architecture as it came, without blanks around it; `unknown` for an
 *   empty one.
 */
export function classifyGpuFamily(
  architecture: string,
  families: readonly GpuFamily[],
): string {
  const word = architecture.slice(0, MAX_LENGTH).trim();
  const number = /^applegpu_g(\d{1,4})[a-z]*$/i.exec(word)?.[1];
  const family = families.find(({ generation }) =>
    generation === Number(number)
  );
  return family?.name ?? (word === "" ? "unknown" : word);
}

/**
 * Finds the family in the class of the driver's object in the IORegistry, e.g. `AGXAcceleratorG16X`. Metal is not asked
 * for it.
 *
 * @returns `undefined` for an unknown generation and for a GPU that is not Apple's.
 */
export function familyOfAccelerator(
  className: string,
  families: readonly GpuFamily[],
): GpuFamily | undefined {
  const number = /^AGXAcceleratorG(\d{1,4})[A-Z]?/.exec(
    className.slice(0, MAX_LENGTH),
  )?.[1];
  return families.find(({ generation }) => generation === Number(number));
}
