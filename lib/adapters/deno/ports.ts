import type { ChildProcesses } from "../../ports/child_process.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EnvReader } from "../../ports/env.ts";
import type { FileStore } from "../../ports/file_store.ts";
import type { ForegroundChildren } from "../../ports/foreground_child.ts";
import type { HostIdentity } from "../../ports/host_identity.ts";
import type { Log } from "../../ports/log.ts";
import type { ProcessTable } from "../../ports/process_table.ts";
import type { ProgramSignals } from "../../ports/program_signals.ts";
import type { OwnProcess } from "../../ports/own_process.ts";
import type { SystemFacts } from "../../ports/system_facts.ts";
import { createDenoChildProcesses } from "./child_process.ts";
import { createDenoClock } from "./clock.ts";
import { createDenoEnv } from "./env.ts";
import { createDenoFileStore } from "./file_store.ts";
import { createDenoForegroundChildren } from "./foreground_child.ts";
import { lazyHostIdentity, lazyProcessTable } from "./lazy_ports.ts";
import { readKernelText } from "./libc.ts";
import { createDenoLog } from "./log.ts";
import { createDenoOwnProcess } from "./own_process.ts";
import { createDenoProgramSignals } from "./program_signals.ts";
import { createDenoSystemFacts } from "./system_facts.ts";

/** Every port over Deno. Making them touches nothing. */
export interface DenoPorts {
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
  /** How `table` looks. */
  readonly tableSource: "ps" | "proc";
  /** Which machine this is. */
  readonly host: HostIdentity;
  /** Programs that run in our place. */
  readonly foreground: ForegroundChildren;
  /** This process and its program. */
  readonly own: OwnProcess;
  /** Requests to end. */
  readonly signals: ProgramSignals;
}

/**
 * Builds every port over Deno.
 *
 * @param mainModule `import.meta.url` of `main.ts`; a library leaves it out.
 */
export function createDenoPorts(mainModule?: string): DenoPorts {
  // The gate needs neither: they are made when they are first asked for.
  let children: ChildProcesses | undefined;
  let system: SystemFacts | undefined;
  let table: ProcessTable | undefined;
  let host: HostIdentity | undefined;
  return {
    clock: createDenoClock(),
    store: createDenoFileStore(),
    env: createDenoEnv(),
    log: createDenoLog(),
    own: createDenoOwnProcess(mainModule),
    signals: createDenoProgramSignals(),
    tableSource: Deno.build.os === "darwin" ? "ps" : "proc",
    get system() {
      return system ??= createDenoSystemFacts(
        this.children,
        readKernelText,
      );
    },
    get children() {
      return children ??= createDenoChildProcesses();
    },
    get table() {
      return table ??= lazyProcessTable(this.children, this.own.hang);
    },
    get host() {
      return host ??= lazyHostIdentity(this.children);
    },
    get foreground() {
      return createDenoForegroundChildren();
    },
  };
}
