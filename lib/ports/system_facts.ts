import type { Observed } from "../core/observed.ts";

/** What the operating system says about this machine and this process. */
export interface SystemFacts {
  /** Process id of this program. */
  readonly pid: number;
  /** Effective user, `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** `darwin`, `linux`, … as Deno names it. */
  readonly platform: string;
  /**
   * Identity of the running boot: `kern.bootsessionuuid` on macOS, the kernel's `boot_id` on Linux.
   * Upper case. It starts `/usr/sbin/sysctl` or `/bin/cat`, so the gate's usual way never asks.
   */
  readBootSessionUuid(): Promise<Observed<string>>;
}
