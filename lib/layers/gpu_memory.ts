import type { GpuMemoryStatus } from "../core/gpu_memory_status.ts";
import { known, type Observed } from "../core/observed.ts";
import { sumOfGpus } from "../facts/gpu_use.ts";
import type { CachedWorkingSet } from "../facts/working_set.ts";
import { findMemoryLimit } from "../policy/memory_limit.ts";
import type { ProbeChain } from "../ports/machine_probe.ts";

/** Who is asked for the GPU's memory. */
export type MemoryProbes = Pick<
  ProbeChain,
  "readAccelerators" | "readMachine" | "answers"
>;

/** Metal's limit as it was cached for a system. */
export type WorkingSetOf = (
  osBuild: Observed<string>,
) => Promise<CachedWorkingSet>;

/**
 * Layer 5, reading side: how much memory the GPU has in use, of how much.
 *
 * It reports: a figure that is not known is `unknown`, never 0.
 */
export class GpuMemory {
  readonly #probes: MemoryProbes;
  readonly #workingSet: WorkingSetOf;
  #peak: number | undefined;

  /** Made by the guard, once. */
  constructor(probes: MemoryProbes, workingSet: WorkingSetOf) {
    this.#probes = probes;
    this.#workingSet = workingSet;
  }

  /**
   * Asks the GPU, without waking it.
   *
   * @param probes Who is asked in place of the usual one.
   */
  async read(probes: MemoryProbes = this.#probes): Promise<GpuMemoryStatus> {
    const [accelerators, machine] = await Promise.all([
      probes.readAccelerators(),
      probes.readMachine(),
    ]);
    const activeBytes = sumOfGpus(accelerators, (gpu) => gpu.inUseBytes);
    if (activeBytes.kind === "known") {
      this.#peak = Math.max(this.#peak ?? 0, activeBytes.value);
    }
    const limit = machine.kind === "unknown" ? machine : findMemoryLimit({
      ...machine.value,
      workingSetBytes:
        (await this.#workingSet(machine.value.osBuild)).limitBytes,
    });
    const answer = probes.answers.find((one) => one.reading === "accelerators");
    return {
      activeBytes,
      peakBytes: this.#peak === undefined ? activeBytes : known(this.#peak),
      limitBytes: limit.kind === "known" ? known(limit.value) : limit,
      limitSource: limit.kind === "known" && "source" in limit
        ? limit.source
        : null,
      source: answer?.source ?? null,
    };
  }

  /** Forgets the highest reading. */
  resetPeak(): void {
    this.#peak = undefined;
  }
}
