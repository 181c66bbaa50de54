import type { MachineProbe } from "../../ports/machine_probe.ts";

/**
 * Says honestly that nothing is known of a machine that is no Mac, or of which nobody could tell anything.
 *
 * @param platform As `Deno.build.os` names it.
 */
export function createUnsupportedProbe(platform: string): MachineProbe {
  const because = platform === "darwin"
    ? "nobody is left to ask"
    : `it is known of macOS only, and this is ${platform}`;
  const answer = (): Promise<{
    readonly kind: "unknown";
    readonly because: string;
  }> => Promise.resolve({ kind: "unknown", because });
  return {
    source: "unsupported",
    readAccelerators: answer,
    readClients: answer,
    readHostMemory: answer,
    readProcessMemory: answer,
    readMachine: answer,
    readKextVersion: answer,
  };
}
