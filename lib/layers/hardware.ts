import type { GpuFamily } from "../core/gpu_family.ts";
import type { HardwareFacts } from "../core/hardware.ts";
import { known, type Observed } from "../core/observed.ts";
import { readHardware } from "../facts/hardware.ts";
import {
  type MachineTier,
  machineTier,
  recommendConfig,
  type RecommendedConfig,
} from "../policy/recommended_config.ts";
import type { GpuProbe } from "../ports/gpu_probe.ts";
import type { MachineFacts } from "../ports/machine_probe.ts";

/** The machine, and what fits it. */
export interface HardwareReport extends HardwareFacts {
  /** Size class by memory. */
  readonly tier: Observed<MachineTier>;
  /** Settings that fit its memory. */
  readonly config: Observed<RecommendedConfig>;
}

/**
 * Layer 13b: what this machine is, and which settings fit it.
 *
 * It reports: each fact that is not known is `unknown` with its reason. Metal is never opened.
 */
export class Hardware {
  readonly #probe: GpuProbe & MachineFacts;
  readonly #families: readonly GpuFamily[];

  /** Made by the guard, once. */
  constructor(
    probe: GpuProbe & MachineFacts,
    families: readonly GpuFamily[],
  ) {
    this.#probe = probe;
    this.#families = families;
  }

  /**
   * Asks the machine.
   *
   * @param probe Who is asked in place of the usual one.
   */
  async read(
    probe: GpuProbe & MachineFacts = this.#probe,
  ): Promise<HardwareReport> {
    const facts = await readHardware(probe, this.#families);
    const { memoryBytes } = facts;
    return {
      ...facts,
      tier: memoryBytes.kind === "known"
        ? known(machineTier(memoryBytes.value))
        : memoryBytes,
      config: memoryBytes.kind === "known"
        ? known(recommendConfig(memoryBytes.value))
        : memoryBytes,
    };
  }
}
