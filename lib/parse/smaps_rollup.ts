import { KIB } from "../core/bytes.ts";
import { known, type Observed, unknown } from "../core/observed.ts";

/** No machine has more, in KiB. */
const MAX_KIB = 2 ** 42;

/**
 * Adds up the proportional sets of several `/proc/<pid>/smaps_rollup`, one behind the other.
 *
 * @param text The files.
 * @returns Bytes; unknown when there is not one of them.
 */
export function parsePssTotal(text: string): Observed<number> {
  let total = 0;
  let files = 0;
  for (const line of text.matchAll(/^Pss: {1,30}(\d{1,15}) kB$/gm)) {
    total += Number(line[1]);
    files++;
  }
  if (files === 0) return unknown("no process shows its memory");
  return total > MAX_KIB
    ? unknown("the memory shown is more than any machine has")
    : known(total * KIB);
}
