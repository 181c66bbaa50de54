import { GB } from "../core/bytes.ts";
import type { MemoryReading } from "../core/memory_reading.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import { isPressureHigh, PRESSURE_RATIO } from "../policy/memory_watch.ts";
import type { GpuMemoryReading, ReadGpuMemory } from "../ports/gpu_memory.ts";
import type { Log } from "../ports/log.ts";

/** What {@linkcode Memory} works with. */
export interface MemoryPorts {
  /** Reads the GPU's memory. */
  readonly readGpuMemory: ReadGpuMemory;
  /** Gives the GPU's memory back. */
  readonly cleanUp: () => Promise<unknown>;
  /** Where readings are written. */
  readonly log: Log;
}

/** The GPU's memory, and who says what its limit is. */
export type SourcedMemoryReading = MemoryReading & {
  /** In words, e.g. `iogpu.wired_limit_mb`. */
  readonly limitSource: string;
};

/**
 * L5: the GPU's memory, machine-wide, with the highest reading since the guard started.
 *
 * Fails open: what cannot be known is no pressure, and is said as `unknown`, never as 0.
 */
export class Memory {
  readonly #ports: MemoryPorts;
  #peakBytes: number | undefined;

  /** Made by the guard, once. */
  constructor(ports: MemoryPorts) {
    this.#ports = ports;
  }

  /** Reads it. */
  async read(): Promise<SourcedMemoryReading> {
    const reading = await this.#ports.readGpuMemory();
    return {
      activeBytes: reading.activeBytes,
      peakBytes: this.#peakWith(reading),
      limitBytes: reading.limitBytes,
      limitSource: reading.limitSource,
    };
  }

  /** Makes the next reading the highest. */
  resetPeak(): void {
    this.#peakBytes = undefined;
  }

  /**
   * Whether the peak has passed a share of the limit.
   *
   * @param options `thresholdRatio`: the share. @default 0.67
   */
  async isPressureHigh(
    options: { readonly thresholdRatio?: number } = {},
  ): Promise<boolean> {
    return isPressureHigh(
      await this.read(),
      options.thresholdRatio ?? PRESSURE_RATIO,
    );
  }

  /**
   * Cleans up where pressure is high, and counts the peak anew.
   *
   * @returns Whether it cleaned up.
   */
  async ensureHeadroom(
    options: { readonly thresholdRatio?: number } = {},
  ): Promise<boolean> {
    if (!await this.isPressureHigh(options)) return false;
    await this.#ports.cleanUp();
    this.resetPeak();
    return true;
  }

  /** Says in the log how the memory stands. Nothing is cleaned up. */
  async log(label: string): Promise<void> {
    const { activeBytes, peakBytes, limitBytes } = await this.read();
    this.#ports.log.info(
      `${plainText(label, 120)}: in use ${gb(activeBytes)}, peak ${
        gb(peakBytes)
      }, limit ${gb(limitBytes)}`,
    );
  }

  #peakWith({ activeBytes }: GpuMemoryReading): Observed<number> {
    if (activeBytes.kind === "known") {
      this.#peakBytes = Math.max(this.#peakBytes ?? 0, activeBytes.value);
    }
    if (this.#peakBytes !== undefined) return known(this.#peakBytes);
    return activeBytes.kind === "unknown"
      ? activeBytes
      : unknown("nothing was read yet");
  }
}

function gb(bytes: Observed<number>): string {
  return bytes.kind === "known"
    ? `${(bytes.value / GB).toFixed(2)} GB`
    : `unknown (${bytes.because})`;
}
