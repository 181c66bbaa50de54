/**
 * One killer of `orphan_kill_test.ts`: `LOG GUARDS` ends the orphans that the log LOG tells of, as `orphan-scan --kill` does,
 * and prints for each its pid, what was done, and why not.
 *
 * @module
 */
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { createDenoSystemFacts } from "../../lib/adapters/deno/system_facts.ts";
import { Orphans } from "../../lib/layers/orphans.ts";

/** What the killer prints of one orphan. */
export interface KillLine {
  readonly pid: number | null;
  readonly outcome: string;
  readonly because: string | null;
}

/** The layer over the ports that ship. */
export function createRealOrphans(log: string, guards: string): Orphans {
  const children = createDenoChildProcesses();
  const table = createDenoProcessTable(children);
  return new Orphans({
    store: createDenoFileStore(),
    clock: createDenoClock(),
    system: createDenoSystemFacts(children),
    processes: {
      identityOf: async (pid) => {
        const reading = await table.read(pid);
        if (reading.kind === "alive") return reading.facts;
        if (reading.kind !== "unknown") return undefined;
        // Counts as alive, and is never signalled (SAFETY I1).
        return {
          pid,
          startToken: { kind: "unknown", value: reading.because },
          startedAt: undefined,
          userId: undefined,
        };
      },
      kill: async (process, signal) => {
        const outcome = await table.signal(process, signal);
        return outcome === "unproved" ? "denied" : outcome;
      },
    },
  }, {
    log: () => log,
    isLogByChance: () => false,
    guards,
    thresholdMs: 0,
    isEnabled: true,
  });
}

async function main(): Promise<void> {
  const [log = "", guards = ""] = Deno.args;
  const orphans = createRealOrphans(log, guards);
  const kills = await orphans.kill(await orphans.scan());
  const lines = kills.map(({ orphan, outcome, because }): KillLine => ({
    pid: orphan.ownPid,
    outcome,
    because,
  }));
  const text = `${JSON.stringify(lines)}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) void main();
