import type { Observed } from "../core/observed.ts";

/** Who reads the memory of processes. */
export type FootprintSource =
  /** The dylib: the footprint by which macOS kills, GPU memory included. */
  | "native"
  /** `/proc` through the C library: proportional sets. */
  | "proc"
  /** `/proc` by `/bin/cat`: the same, at the price of a program each time. */
  | "cat"
  /** `/bin/ps`: resident memory, which lacks what the GPU holds and what is compressed. */
  | "ps"
  /** Nobody. */
  | "none";

/** How exact a reading has to be. */
export interface FootprintOptions {
  /**
   * From this sum on nothing is estimated, in bytes: it is what something is decided by.
   *
   * @default everything is exact
   */
  readonly exactFromBytes?: number;
}

/** Memory of processes. */
export interface Footprints {
  /** Who answered last, or will be asked. */
  readonly source?: FootprintSource;
  /**
   * Least time between two readings, in milliseconds, so that they take no more than a fiftieth of one core.
   *
   * @default 50
   */
  readonly shortestMs?: number;
  /**
   * What these processes take together: on macOS their footprints, by which the system kills and which hold GPU memory; on
   * Linux the sum of their proportional sets, so that shared pages count once. Those that have ended count nothing. Never
   * throws; what cannot be known is `unknown`, never less than it is.
   *
   * @param pids Whom.
   * @param options How exactly.
   */
  read(
    pids: readonly number[],
    options?: FootprintOptions,
  ): Promise<Observed<number>>;
  /**
   * The highest footprint that a process of the last reading ever had, in bytes, where the system keeps it.
   *
   * @returns `undefined` where it does not.
   */
  peakOf?(pid: number): number | undefined;
}
