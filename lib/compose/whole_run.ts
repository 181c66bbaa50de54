import type { MetalGuardPorts } from "../compose.ts";
import { runGuarded } from "./guarded_run.ts";
import type { GuardedRunOptions, GuardedRunResult } from "./run_types.ts";
import { RunningGuard } from "./running.ts";

/**
 * Runs any command under guard, with all that is known about models and Pythons. Fails as {@linkcode runGuarded}.
 *
 * @param command The program and its arguments.
 * @param options Limits, and what is asked before.
 * @param ports Everything that touches the world.
 * @throws {RefusedError} If it may not start.
 * @throws {LockHeldError} If somebody else uses the GPU.
 * @throws {MetalGuardError} Code `usage`, if the report cannot be written; nothing was started then.
 */
export async function runWhole(
  command: readonly string[],
  options: GuardedRunOptions,
  ports: MetalGuardPorts,
): Promise<GuardedRunResult> {
  return await runGuarded(command, options, ports, (setup) => {
    const guard = new RunningGuard(ports, setup);
    return Object.assign(guard, {
      loadSetup: async (
        subject: {
          readonly python: string | undefined;
          readonly model: string | undefined;
        },
      ) => {
        const { RunSetup } = await import("./run_setup.ts");
        return new RunSetup(guard, ports, subject);
      },
    });
  });
}
