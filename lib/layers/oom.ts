import { GpuOutOfMemoryError } from "../core/memory_error.ts";
import type { MemoryReading } from "../core/memory_reading.ts";
import { isMetalOom } from "../parse/failure_text.ts";

/** What {@linkcode Oom} works with. */
export interface OomPorts {
  /** Gives the GPU's memory back. */
  readonly cleanUp: () => Promise<unknown>;
  /** The GPU's memory. */
  readonly readMemory: () => Promise<MemoryReading>;
  /** Writes a breadcrumb. */
  readonly breadcrumb: (tag: string, payload?: string) => Promise<void>;
}

/** How work is protected. */
export interface OomOptions {
  /** How often it is tried again. @default 1 */
  readonly maxRetries?: number;
  /** What it is, for the breadcrumb. */
  readonly label?: string;
}

/**
 * L3: catches the one error that a clean-up can cure, and tries once more.
 *
 * Fails closed: any other error passes through untouched, and one that stays is thrown as its own kind.
 */
export class Oom {
  readonly #ports: OomPorts;

  /** Made by the guard, once. */
  constructor(ports: OomPorts) {
    this.#ports = ports;
  }

  /**
   * Runs work again after a clean-up where the GPU ran out of memory.
   *
   * @param work What may run out of memory; it must bear being started again.
   * @param options How often.
   * @returns What it comes to.
   * @throws {GpuOutOfMemoryError} If the memory is not enough after the last try either; its cause is the last error.
   */
  async protect<T>(
    work: () => Promise<T> | T,
    options: OomOptions = {},
  ): Promise<T> {
    const { maxRetries = 1, label } = options;
    for (let attempt = 0;; attempt++) {
      try {
        return await work();
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (!isMetalOom(text)) throw error;
        await this.#ports.breadcrumb("OOM_RECOVERY", label);
        // Read before the clean-up: afterwards the figures say nothing about why.
        const reading = await this.#ports.readMemory();
        await this.#ports.cleanUp();
        if (attempt >= maxRetries) {
          throw new GpuOutOfMemoryError(reading, { cause: error });
        }
      }
    }
  }
}
