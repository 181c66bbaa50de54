import type { ChildProcesses } from "../../ports/child_process.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EnvReader } from "../../ports/env.ts";
import type { FileStore } from "../../ports/file_store.ts";
import type { HostIdentity } from "../../ports/host_identity.ts";
import type { Log } from "../../ports/log.ts";
import type { OwnProcess } from "../../ports/own_process.ts";
import type { ProcessTable } from "../../ports/process_table.ts";
import type { SystemFacts } from "../../ports/system_facts.ts";
import { createDenoChildProcesses } from "./child_process.ts";
import { createDenoClock } from "./clock.ts";
import { createDenoEnv } from "./env.ts";
import { createDenoFileStore } from "./file_store.ts";
import { createDenoHostIdentity } from "./host_identity.ts";
import { createDenoLog } from "./log.ts";
import { createDenoOwnProcess } from "./own_process.ts";
import { createDenoProcessTable } from "./process_table.ts";
import { createDenoSystemFacts } from "./system_facts.ts";

/** The ports that `status --json` needs. */
export interface DenoStatusPorts {
  /** Time. */
  readonly clock: Clock;
  /** The disk. */
  readonly store: FileStore;
  /** The environment. */
  readonly env: EnvReader;
  /** Standard error. */
  readonly log: Log;
  /** The operating system. */
  readonly system: SystemFacts;
  /** Other programs. */
  readonly children: ChildProcesses;
  /** Other processes. */
  readonly table: ProcessTable;
  /** Which machine this is. */
  readonly host: HostIdentity;
  /** This process and its program. */
  readonly own: OwnProcess;
}

/**
 * Builds the ports of `status --json` over Deno. Everything is imported plainly: one late import, and the bundler wraps
 * each module in a function, which is compiled from its text in every start.
 *
 * @param mainModule `import.meta.url` of the program's main module.
 */
export function createDenoStatusPorts(mainModule: string): DenoStatusPorts {
  const children = createDenoChildProcesses();
  return {
    clock: createDenoClock(),
    store: createDenoFileStore(),
    env: createDenoEnv(),
    log: createDenoLog(),
    system: createDenoSystemFacts(children),
    children,
    table: createDenoProcessTable(children),
    host: createDenoHostIdentity(children),
    own: createDenoOwnProcess(mainModule),
  };
}
