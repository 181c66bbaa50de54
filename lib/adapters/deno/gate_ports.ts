import type { Observed } from "../../core/observed.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EnvReader } from "../../ports/env.ts";
import type { FileStore } from "../../ports/file_store.ts";
import type { Log } from "../../ports/log.ts";
import type { SystemFacts } from "../../ports/system_facts.ts";
import { createDenoChildProcesses } from "./child_process.ts";
import { createDenoClock } from "./clock.ts";
import { createDenoEnv } from "./env.ts";
import { createDenoFileStore } from "./file_store.ts";
import { createDenoLog } from "./log.ts";
import { createDenoSystemFacts } from "./system_facts.ts";

/** The ports that `panic-gate` needs. */
export interface DenoGatePorts {
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
}

/** Builds the gate's ports over Deno, and nothing else: each start of the gate would wait for it. */
export function createDenoGatePorts(): DenoGatePorts {
  return {
    clock: createDenoClock(),
    store: createDenoFileStore(),
    env: createDenoEnv(),
    log: createDenoLog(),
    system: new LazySystemFacts(),
  };
}

/** Loads what starts other programs when the boot's identity is asked for, which the usual gate does not. */
class LazySystemFacts implements SystemFacts {
  #facts: Promise<SystemFacts> | undefined;

  get pid(): number {
    return Deno.pid;
  }

  get platform(): string {
    return Deno.build.os;
  }

  get userId(): number | undefined {
    return Deno.uid() ?? undefined;
  }

  async readBootSessionUuid(): Promise<Observed<string>> {
    return await (await (this.#facts ??= loadFacts())).readBootSessionUuid();
  }
}

function loadFacts(): Promise<SystemFacts> {
  return Promise.resolve(createDenoSystemFacts(createDenoChildProcesses()));
}
