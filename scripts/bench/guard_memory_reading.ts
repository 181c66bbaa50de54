/**
 * Runs a guard around a program that does nothing, and prints as JSON how much memory the guard takes, in MiB, after each
 * hundredth of its samples. They are taken a millisecond apart in place of fifty; all else is as `run` does it.
 *
 * Run: `guard_memory_reading.js SAMPLES`
 *
 * @module
 */
import { createDenoFootprints } from "../../lib/adapters/deno/footprints.ts";
import { createDenoRunPorts } from "../../lib/adapters/deno/run_ports.ts";
import { runGuarded } from "../../lib/compose/guarded_run.ts";
import { RunGuard } from "../../lib/compose/run_guard.ts";
import { FASTEST_SAMPLE_MS } from "../../lib/policy/footprint.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type { Footprints } from "../../lib/ports/footprints.ts";

const MIB = 2 ** 20;
const READINGS = 100;
/** So near that a guard looks as often as it ever does, and never reached by a sleeping program. */
const LIMIT_BYTES = 48 * MIB;

/** Only the pause between two samples is shortened: the other looks keep their share. */
function hastened(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    bootMs: () => clock.bootMs(),
    timeZone: () => clock.timeZone(),
    sleep: (ms, signal, options) =>
      clock.sleep(ms <= FASTEST_SAMPLE_MS ? 1 : ms, signal, options),
  };
}

async function measure(samples: number): Promise<readonly number[]> {
  const found: number[] = [];
  const ports = createDenoRunPorts(import.meta.url);
  const inner = createDenoFootprints(ports.children);
  let taken = 0;
  let pid: number | undefined;
  const footprints: Footprints = {
    source: inner.source ?? "none",
    read: async (pids, options) => {
      pid ??= pids[0];
      taken += 1;
      if (taken % Math.max(1, Math.floor(samples / READINGS)) === 0) {
        found.push(Deno.memoryUsage().rss / MIB);
      }
      if (taken === samples && pid !== undefined) Deno.kill(pid, "SIGTERM");
      return await inner.read(pids, options);
    },
  };
  const hurried = { ...ports, footprints, clock: hastened(ports.clock) };
  await runGuarded(
    ["/bin/sleep", "86400"],
    {
      label: "soak",
      model: undefined,
      maxFootprintBytes: LIMIT_BYTES,
      graceMs: 1_000,
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
      readsErrors: true,
      probe: undefined,
    },
    hurried,
    (setup) => new RunGuard(hurried, setup),
  );
  return found;
}

if (import.meta.main) {
  void measure(Number(Deno.args[0])).then((found) => {
    Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(found)));
  });
}
