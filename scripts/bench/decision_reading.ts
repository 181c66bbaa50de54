/**
 * Measures how long a guard takes from the sample that decides to the signal, the record's sync between them included, and
 * prints the times as JSON, in milliseconds.
 *
 * Run: `deno run --allow-all scripts/bench/decision_reading.ts ROUNDS`
 *
 * @module
 */
import { createDenoRunPorts } from "../../lib/adapters/deno/run_ports.ts";
import { runGuarded } from "../../lib/compose/guarded_run.ts";
import { RunGuard } from "../../lib/compose/run_guard.ts";
import { known } from "../../lib/core/observed.ts";
import type { ForegroundChildren } from "../../lib/ports/foreground_child.ts";

const MIB = 2 ** 20;
const LIMIT_BYTES = 100 * MIB;
/** Over the limit, and under that at which it would be killed at once. */
const OVER_BYTES = 105 * MIB;

/** One run of a program that is found over its limit; the last sample before the signal is the one that decides. */
async function once(): Promise<number> {
  const ports = createDenoRunPorts(import.meta.url);
  let sampledMs = NaN;
  let signalledMs = NaN;
  const foreground: ForegroundChildren = {
    start: (program, options) => {
      const child = ports.foreground.start(program, options);
      return {
        pid: child.pid,
        end: child.end,
        signal: (name) => {
          signalledMs = performance.now();
          child.signal(name);
        },
        [Symbol.dispose]: () => child[Symbol.dispose](),
      };
    },
  };
  const watched = {
    ...ports,
    foreground,
    footprints: {
      read: () => {
        if (Number.isNaN(signalledMs)) sampledMs = performance.now();
        return Promise.resolve(known(OVER_BYTES));
      },
    },
  };
  const { cause } = await runGuarded(
    ["/bin/sleep", "600"],
    {
      label: "bench",
      model: undefined,
      maxFootprintBytes: LIMIT_BYTES,
      graceMs: 5_000,
      wallTimeMs: null,
      restart: "never",
      probeFailures: 3,
      isObserver: false,
      waitMs: 0,
      isStrict: false,
      isLockSkipped: false,
      onGuardExit: "terminate",
      reportPath: undefined,
      hasReportDetails: false,
      readsErrors: false,
      probe: undefined,
    },
    watched,
    (setup) => new RunGuard(watched, setup),
  );
  if (cause !== "footprint") throw new Error(`it was ended for ${cause}`);
  return signalledMs - sampledMs;
}

async function main(rounds: number): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await once());
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(times)));
}

if (import.meta.main) void main(Number(Deno.args[0]));
