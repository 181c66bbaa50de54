import { unknown } from "../../core/observed.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { HangMark } from "../../ports/own_process.ts";
import type { ProcessTable } from "../../ports/process_table.ts";
import { openKernelFiles } from "./libc.ts";
import { createLibcProcText } from "./proc_text.ts";
import {
  createLinuxProcessTable,
  type ProcessCalls,
} from "./process_table_linux.ts";
import { createPsProcessTable } from "./process_table_ps.ts";

/**
 * Processes of this machine: on Linux out of `/proc`, on macOS by `/bin/ps`.
 *
 * @param children How the system's own programs are started.
 * @param hang Set when a look never ends.
 */
export function createDenoProcessTable(
  children: ChildProcesses,
  hang?: HangMark,
): ProcessTable {
  let table: ProcessTable | undefined;
  // Opening the C library takes a millisecond, and most pictures of a machine need no process.
  const made = (): ProcessTable => table ??= makeTable(children, hang);
  return {
    read: (pid) => made().read(pid),
    readDescendants: (pid) => made().readDescendants(pid),
    signal: (process, signal) => made().signal(process, signal),
  };
}

function makeTable(
  children: ChildProcesses,
  hang: HangMark | undefined,
): ProcessTable {
  const files = Deno.build.os === "linux" ? openKernelFiles(hang) : undefined;
  return createProcessTable(children, {
    ...(files === undefined ? {} : { proc: createLibcProcText(files) }),
    platform: Deno.build.os,
    now: () => Temporal.Now.instant(),
    uptimeSec: () => Deno.osUptime(),
    kill: (pid, signal) => Deno.kill(pid, signal),
  });
}

/** {@linkcode createDenoProcessTable} for a platform and over calls of one's own. */
export function createProcessTable(
  children: ChildProcesses,
  calls: ProcessCalls & { readonly platform: string },
): ProcessTable {
  switch (calls.platform) {
    case "linux":
      return createLinuxProcessTable(children, calls);
    case "darwin":
      return createPsProcessTable(children, calls);
    default:
      return unknownTable(calls.platform);
  }
}

function unknownTable(platform: string): ProcessTable {
  const because = `processes are not known on ${platform}`;
  return {
    read: () => Promise.resolve({ kind: "unknown", because }),
    readDescendants: () => Promise.resolve(unknown(because)),
    signal: () => Promise.resolve("unproved"),
  };
}
