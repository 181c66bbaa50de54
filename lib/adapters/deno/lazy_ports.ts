import type { ChildProcesses } from "../../ports/child_process.ts";
import type { HostIdentity } from "../../ports/host_identity.ts";
import type { HangMark } from "../../ports/own_process.ts";
import type { ProcessTable } from "../../ports/process_table.ts";

/**
 * Processes of this machine; what reads them is loaded when it is first asked. The gate asks only while it holds
 * something, and each start of it would pay.
 *
 * @param children How the system's own programs are started.
 * @param hang Set when a look never ends.
 */
export function lazyProcessTable(
  children: ChildProcesses,
  hang?: HangMark,
): ProcessTable {
  let made: Promise<ProcessTable> | undefined;
  const table = (): Promise<ProcessTable> =>
    made ??= import("./process_table.ts").then((module) =>
      module.createDenoProcessTable(children, hang)
    );
  return {
    read: async (pid) => await (await table()).read(pid),
    readDescendants: async (pid) => await (await table()).readDescendants(pid),
    signal: async (identity, signal) =>
      await (await table()).signal(identity, signal),
  };
}

/**
 * Which machine this is; loaded when it is first asked.
 *
 * @param children How `ioreg` is started on macOS.
 */
export function lazyHostIdentity(children: ChildProcesses): HostIdentity {
  let made: Promise<HostIdentity> | undefined;
  return {
    readHost: async () => {
      made ??= import("./host_identity.ts").then((module) =>
        module.createDenoHostIdentity(children)
      );
      return await (await made).readHost();
    },
  };
}
