import { GB } from "../core/bytes.ts";
import { RefusedError } from "../core/error.ts";
import type { MemoryReading } from "../core/memory_reading.ts";
import type { Verdict } from "../core/verdict.ts";
import { evaluateFit, type FitFacts } from "../policy/fit.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

/** What {@linkcode Fit} works with. */
export interface FitPorts {
  /** Time. */
  readonly clock: Clock;
  /** Told in observer mode. */
  readonly log: Log;
  /** The GPU's memory. */
  readonly readMemory: () => Promise<MemoryReading>;
  /** Gives the GPU's memory back. */
  readonly cleanUp: () => Promise<unknown>;
}

/** What a load needs, in decimal gigabytes. */
export interface FitRequest {
  /** The model's weights. */
  readonly modelGb: number;
  /** Caches and work of its context. @default 0 */
  readonly contextGb?: number;
  /** What it needs besides. @default 2.0 */
  readonly overheadGb?: number;
}

/** How {@linkcode Fit.require} insists. */
export interface FitRequireOptions {
  /** Whether to drop caches, clean up again and wait before giving up. @default false */
  readonly dropCaches?: () => Promise<void>;
  /** Wait after caches were dropped, in milliseconds. @default 5 s */
  readonly waitMs?: number;
}

/** Pages that were dropped come back within seconds. */
const WAIT_MS = 5_000;

/**
 * L4: refuses loads that would not fit.
 *
 * Fails open: where the limit is not known it lets pass, and says so in its reason.
 */
export class Fit {
  readonly #ports: FitPorts;
  readonly #isObserver: boolean;

  /**
   * Made by the guard, once.
   *
   * @param ports What it works with.
   * @param options In observer mode {@linkcode Fit.require} tells instead of throwing.
   */
  constructor(ports: FitPorts, options: { readonly isObserver: boolean }) {
    this.#ports = ports;
    this.#isObserver = options.isObserver;
  }

  /**
   * Asks whether a model fits.
   *
   * @param size What it needs; a number is gigabytes of weights.
   */
  async check(size: FitRequest | number): Promise<Verdict> {
    const { activeBytes, limitBytes } = await this.#ports.readMemory();
    return evaluateFit({ ...factsOf(size), activeBytes, limitBytes });
  }

  /**
   * Asks, cleans up once where it does not fit, asks again, and throws. In observer mode it only tells.
   *
   * @param size What it needs; a number is gigabytes of weights.
   * @param options What else to try.
   * @returns The verdict to proceed on.
   * @throws {RefusedError} With layer `fit` and the verdict.
   */
  async require(
    size: FitRequest | number,
    options: FitRequireOptions = {},
  ): Promise<Verdict> {
    let verdict = await this.check(size);
    if (verdict.kind === "proceed") return verdict;
    await this.#ports.cleanUp();
    verdict = await this.check(size);
    if (verdict.kind !== "proceed" && options.dropCaches !== undefined) {
      await options.dropCaches();
      await this.#ports.cleanUp();
      await this.#ports.clock.sleep(options.waitMs ?? WAIT_MS);
      verdict = await this.check(size);
    }
    if (verdict.kind === "proceed") return verdict;
    if (!this.#isObserver) throw new RefusedError("fit", verdict);
    this.#ports.log.warn(`observer mode, not refused: fit: ${verdict.reason}`);
    return verdict;
  }
}

function factsOf(
  size: FitRequest | number,
): Omit<FitFacts, "activeBytes" | "limitBytes"> {
  const request = typeof size === "number" ? { modelGb: size } : size;
  const { modelGb, contextGb, overheadGb } = request;
  return {
    modelBytes: modelGb * GB,
    ...(contextGb === undefined ? {} : { contextBytes: contextGb * GB }),
    ...(overheadGb === undefined ? {} : { overheadBytes: overheadGb * GB }),
  };
}
