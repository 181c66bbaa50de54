import type { Observed } from "../core/observed.ts";

/** Memory of processes. */
export interface Footprints {
  /**
   * What these processes take together: on macOS their footprints, by which the system kills and which hold GPU memory; on
   * Linux the sum of their proportional sets, so that shared pages count once. Those that have ended count nothing. Never
   * throws; what cannot be known is `unknown`, never less than it is.
   *
   * @param pids Whom.
   */
  read(pids: readonly number[]): Promise<Observed<number>>;
}
