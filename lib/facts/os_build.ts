import { MetalGuardError } from "../core/error.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

const TIMEOUT_MS = 2_000;
const BUILD = /^[0-9]{2}[A-Z][0-9]+[a-z]?$/;

/** Build of the macOS that runs, e.g. `25F84`. Unknown anywhere else; starts `/usr/sbin/sysctl`. */
export async function readOsBuild(
  ports: {
    readonly system: Pick<SystemFacts, "platform">;
    readonly children: Pick<ChildProcesses, "capture">;
  },
): Promise<Observed<string>> {
  if (ports.system.platform !== "darwin") {
    return unknown(`this is ${ports.system.platform}, not macOS`);
  }
  try {
    const output = await ports.children.capture("/usr/sbin/sysctl", {
      args: ["-n", "kern.osversion"],
      timeoutMs: TIMEOUT_MS,
      maxBytes: 256,
    });
    const text = output.stdout.trim();
    if (output.timedOut) return unknown("sysctl gave no answer");
    return BUILD.test(text) ? known(text) : unknown("sysctl gave no build");
  } catch (error) {
    if (!(error instanceof MetalGuardError)) throw error;
    return unknown(error.message);
  }
}
