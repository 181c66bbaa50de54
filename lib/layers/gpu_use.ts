import { type Finding, finding } from "../core/finding.ts";
import type { GpuProgram } from "../core/machine_reading.ts";
import { known, type Observed } from "../core/observed.ts";
import { highestOfGpus, programsOf, sumOfGpus } from "../facts/gpu_use.ts";
import type { GpuProbe } from "../ports/gpu_probe.ts";

/** What the GPU does, and for whom. */
export interface GpuUse {
  /** Share of time in which it worked, 0 to 1. */
  readonly busyRatio: Observed<number>;
  /** How often it was reset since boot. */
  readonly recoveryCount: Observed<number>;
  /** Programs that have it open, those with the most GPU time first. */
  readonly programs: Observed<readonly GpuProgram[]>;
  /** A reset is an early warning. */
  readonly findings: readonly Finding[];
}

/**
 * How busy the GPU is, who uses it, and whether it was reset.
 *
 * It reports: it refuses nothing, and what is not known is `unknown`. Metal is never opened.
 */
export class GpuUseLayer {
  readonly #probe: GpuProbe;

  /** Made by the guard, once. */
  constructor(probe: GpuProbe) {
    this.#probe = probe;
  }

  /**
   * Asks the GPU's driver through the IORegistry.
   *
   * @param probe Who is asked in place of the usual one.
   */
  async read(probe: GpuProbe = this.#probe): Promise<GpuUse> {
    const [accelerators, clients] = await Promise.all([
      probe.readAccelerators(),
      probe.readClients(),
    ]);
    const recoveryCount = sumOfGpus(accelerators, (gpu) => gpu.recoveryCount);
    return {
      busyRatio: highestOfGpus(accelerators, (gpu) => gpu.deviceRatio),
      recoveryCount,
      programs: clients.kind === "known"
        ? known(programsOf(clients.value))
        : clients,
      findings: recoveryCount.kind === "known" && recoveryCount.value > 0
        ? [wasReset(recoveryCount.value)]
        : [],
    };
  }
}

function wasReset(count: number): Finding {
  return finding(
    "gpu-was-reset",
    `The GPU was reset ${
      count === 1 ? "once" : `${count} times`
    } since this Mac started: a reset can come before a panic`,
    "Use a smaller model, or serve fewer requests at a time; what was reset:\n$ metal-guard aborts",
  );
}
