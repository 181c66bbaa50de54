/**
 * Lets a status writer make 20,000 pictures, a millisecond apart, and judges what they took and left behind.
 *
 * `--ticks N` makes it shorter or longer. @default 20000
 *
 * @module
 */
import type { TickFigures } from "../tests/torture/status_ticks.ts";

const MIB = 2 ** 20;
/** What the issue allows. */
const LIMITS = { cpuMs: 5, grownBytes: 2 * MIB, grownDescriptors: 0 } as const;
/** V8 compiles and the allocator grows for the first 12,000 pictures, by some 24 MiB; then they stand. */
const WARM_UP_TICKS = 12_000;
const TICKS = 20_000;

/** What of the figures is over its limit; none when all is well. */
export function judgeTicks(figures: TickFigures): readonly string[] {
  const { cpuMs, grownHeapBytes, grownOtherBytes, grownDescriptors } = figures;
  const inMiB = (bytes: number): string => `${(bytes / MIB).toFixed(2)} MiB`;
  return [
    ...(cpuMs > LIMITS.cpuMs ? [`${cpuMs.toFixed(2)} ms of CPU a tick`] : []),
    ...(grownHeapBytes > LIMITS.grownBytes
      ? [`the heap holds ${inMiB(grownHeapBytes)} more`]
      : []),
    ...(grownOtherBytes > LIMITS.grownBytes
      ? [`the process takes ${inMiB(grownOtherBytes)} more`]
      : []),
    ...(grownDescriptors > LIMITS.grownDescriptors
      ? [`${grownDescriptors} descriptors more`]
      : []),
  ];
}

/** Lets a writer run in a temporary home. */
export function runTicks(warmUp: number, ticks: number): TickFigures {
  const home = Deno.makeTempDirSync({ prefix: "metal-guard-soak-" });
  try {
    Deno.mkdirSync(`${home}/reports`);
    const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--v8-flags=--expose-gc",
        new URL("../tests/torture/status_ticks.ts", import.meta.url).pathname,
        home,
        String(warmUp),
        String(ticks),
      ],
      stdin: "null",
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const figures: TickFigures = JSON.parse(new TextDecoder().decode(stdout));
    return figures;
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

function main(): number {
  const [flag, count] = Deno.args;
  const ticks = flag === "--ticks" ? Number(count) : TICKS;
  if (!Number.isSafeInteger(ticks) || ticks < 1) {
    say("usage: soak_status.ts [--ticks N]");
    return 64;
  }
  const figures = runTicks(WARM_UP_TICKS, ticks);
  const over = judgeTicks(figures);
  say(JSON.stringify(figures, null, 2));
  say(over.length === 0 ? "within all limits" : `over: ${over.join(", ")}`);
  return over.length === 0 ? 0 : 1;
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) Deno.exitCode = main();
