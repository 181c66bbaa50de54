import type { Observed } from "../core/observed.ts";
import type { Footprints, FootprintSource } from "../ports/footprints.ts";

/** One sample of a program's memory. */
export interface FootprintSample {
  /** What all its processes take. */
  readonly reading: Observed<number>;
  /** The most that it ever had, where the system keeps that. */
  readonly peak: { readonly peakBytes?: number };
  /** What a person has to know about the measuring; once each time that it changes. */
  readonly caution: Caution | undefined;
}

/** Something about the measuring that belongs into the record. */
export interface Caution {
  /** `blind` where nothing could be read, `measured` where it is no footprint that was. */
  readonly kind: "blind" | "measured";
  /** For the record. */
  readonly details: Readonly<Record<string, string>>;
  /** For a person. */
  readonly words: string;
}

/** Samples of one program. */
export class FootprintSamples {
  readonly #footprints: Footprints;
  readonly #exactFromBytes: number;
  #source: FootprintSource | undefined;
  #last: Observed<number> | undefined;
  #blind = 0;

  /**
   * Made for one run.
   *
   * @param footprints Who reads.
   * @param limitBytes By what is decided; `null` is nothing.
   */
  constructor(footprints: Footprints, limitBytes: number | null) {
    this.#footprints = footprints;
    this.#exactFromBytes = limitBytes ?? Infinity;
  }

  /** The last sum, in bytes; `undefined` where there was none. */
  get lastBytes(): number | undefined {
    return this.#last?.kind === "known" ? this.#last.value : undefined;
  }

  /** @returns `pauseMs`, or as long as whoever reads has to be left alone. */
  pauseMs(pauseMs: number): number {
    return Math.max(pauseMs, this.#footprints.shortestMs ?? 0);
  }

  /**
   * Takes one.
   *
   * @param pids The program's processes.
   */
  async take(pids: readonly number[]): Promise<FootprintSample> {
    const reading = await this.#footprints.read(pids, {
      exactFromBytes: this.#exactFromBytes,
    });
    // Of several processes the peaks need not have been at one time.
    const [pid, ...others] = pids;
    const peakBytes = pid === undefined || others.length > 0
      ? undefined
      : this.#footprints.peakOf?.(pid);
    return {
      reading,
      peak: peakBytes === undefined ? {} : { peakBytes },
      caution: this.#look(reading),
    };
  }

  #look(reading: Observed<number>): Caution | undefined {
    this.#last = reading;
    if (reading.kind === "unknown") {
      this.#blind += 1;
      const { because } = reading;
      const words = `memory cannot be read: ${because}`;
      return this.#blind === BLIND
        ? { kind: "blind", details: { because }, words }
        : undefined;
    }
    this.#blind = 0;
    const { source } = this.#footprints;
    const isNew = source !== this.#source;
    this.#source = source;
    return isNew && source === "ps"
      ? { kind: "measured", details: { source }, words: BY_PS }
      : undefined;
  }
}

/** Samples in a row: a single one may have met a program in the moment of its end. */
const BLIND = 2;
/** Resident memory is no footprint. */
const BY_PS =
  "memory is read by ps: what the GPU holds and what is compressed is not in it";
