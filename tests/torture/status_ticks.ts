/**
 * A status writer over the ports that ship, at a shortened interval: `HOME WARM_UP TICKS`, a millisecond apart. It prints one JSON line with
 * what the ticks took and left behind.
 *
 * `deno task soak:status` runs 20,000 ticks of it and judges them; a test runs some hundred.
 *
 * @module
 */
import { createDenoPorts } from "../../lib/adapters/deno/ports.ts";
import { createMetalGuard } from "../../lib/compose.ts";

/** What so many ticks took and left behind. */
export interface TickFigures {
  /** Pictures that were written and measured. */
  readonly ticks: number;
  /** Processor time of a tick, in milliseconds. */
  readonly cpuMs: number;
  /** What the heap holds more after all ticks than before, in bytes. */
  readonly grownHeapBytes: number;
  /** What the process takes more of the machine, in bytes; the heap's own room is left out, which V8 takes and gives back. */
  readonly grownOtherBytes: number;
  /** Descriptors that are open more. */
  readonly grownDescriptors: number;
}

const INTERVAL_MS = 1;
const USER_HZ = 100;

async function main(): Promise<void> {
  const [home = "", warmUp = 0, wanted = 0] = [
    Deno.args[0],
    ...Deno.args.slice(1).map(Number),
  ];
  const env = new Map([
    ["HOME", home],
    ["METALGUARD_REPORT_DIRS", `${home}/reports`],
  ]);
  const guard = createMetalGuard({
    ...createDenoPorts(),
    env: (name) => env.get(name),
  });
  const stop = new AbortController();
  let seen = 0;
  let before = measured();
  const writer = await guard.statusWriter({
    sinks: [{
      name: "counter",
      write: (): void => {
        seen += 1;
        if (seen === warmUp) before = measured();
        if (seen === warmUp + wanted) stop.abort();
      },
    }],
  });
  await writer.run({ intervalMs: INTERVAL_MS, signal: stop.signal });
  const after = measured();
  const figures: TickFigures = {
    ticks: wanted,
    cpuMs: (after.cpuMs - before.cpuMs) / wanted,
    grownHeapBytes: after.heapBytes - before.heapBytes,
    grownOtherBytes: after.otherBytes - before.otherBytes,
    grownDescriptors: after.descriptors - before.descriptors,
  };
  Deno.stdout.writeSync(
    new TextEncoder().encode(`${JSON.stringify(figures)}\n`),
  );
}

interface Reading {
  readonly cpuMs: number;
  readonly heapBytes: number;
  readonly otherBytes: number;
  readonly descriptors: number;
}

function measured(): Reading {
  collectGarbage();
  const { heapUsed, heapTotal, rss } = Deno.memoryUsage();
  return {
    cpuMs: cpuMs(),
    heapBytes: heapUsed,
    otherBytes: rss - heapTotal,
    descriptors: [...Deno.readDirSync("/dev/fd")].length,
  };
}

/** By `--expose-gc`. */
function collectGarbage(): void {
  const gc: unknown = Reflect.get(globalThis, "gc");
  if (typeof gc !== "function") throw new Error("start it with --expose-gc");
  gc();
  gc();
}

/** Processor time of this process so far. */
function cpuMs(): number {
  if (Deno.build.os === "linux") {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 1_000 / USER_HZ;
  }
  const { stdout } = new Deno.Command("/bin/ps", {
    args: ["-o", "time=", "-p", String(Deno.pid)],
  }).outputSync();
  return new TextDecoder().decode(stdout).trim().split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000;
}

if (import.meta.main) void main();
