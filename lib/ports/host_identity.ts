import type { Observed } from "../core/observed.ts";

/** Which machine this is. */
export interface HostIdentity {
  /**
   * A hash of the machine's hardware UUID (SAFETY I3): the same after every boot, and nothing that identifies it to
   * anybody else. On macOS the first call starts a program; the answer is kept.
   */
  readHost(): Promise<Observed<string>>;
}
