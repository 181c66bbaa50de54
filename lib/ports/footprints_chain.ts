import { type Observed, unknown } from "../core/observed.ts";
import type {
  FootprintOptions,
  Footprints,
  FootprintSource,
} from "./footprints.ts";

/**
 * Reads the memory of processes several ways, one after another, until one knows.
 *
 * Fails to `unknown` with every reason.
 *
 * @param ways The ways, the best one first.
 */
export function chainFootprints(ways: readonly Footprints[]): Footprints {
  return new FootprintsChain(ways);
}

class FootprintsChain implements Footprints {
  readonly #ways: readonly Footprints[];
  #last: Footprints | undefined;

  constructor(ways: readonly Footprints[]) {
    this.#ways = ways;
    this.#last = ways[0];
  }

  get source(): FootprintSource {
    return this.#last?.source ?? "none";
  }

  get shortestMs(): number {
    return this.#last?.shortestMs ?? 0;
  }

  async read(
    pids: readonly number[],
    options?: FootprintOptions,
  ): Promise<Observed<number>> {
    const reasons: string[] = [];
    for (const way of this.#ways) {
      const reading = await way.read(pids, options);
      if (reading.kind === "known") {
        this.#last = way;
        return reading;
      }
      reasons.push(reading.because);
    }
    // Who asks often must not start the slowest way's program each time.
    this.#last = this.#ways.at(-1);
    return unknown(reasons.join("; ") || "nobody is asked");
  }

  peakOf(pid: number): number | undefined {
    return this.#last?.peakOf?.(pid);
  }
}
