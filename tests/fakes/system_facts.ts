import { known, type Observed } from "../../lib/core/observed.ts";
import type { SystemFacts } from "../../lib/ports/system_facts.ts";

/** A machine that says what a test wants. */
export class FakeSystemFacts implements SystemFacts {
  pid = 4_242;
  userId: number | undefined = 501;
  platform = "darwin";
  /** What {@linkcode readBootSessionUuid} answers. */
  boot: Observed<string> = known("11111111-2222-4333-8444-555555555555");
  /** How often the boot's identity was asked for. */
  bootReads = 0;

  readBootSessionUuid(): Promise<Observed<string>> {
    this.bootReads++;
    return Promise.resolve(this.boot);
  }
}
