/**
 * Lets the guard of `run` take 20,000 samples of a program, a millisecond apart, and judges how much memory it has and how
 * flat that stays. What is measured is bundled and minified as the program that ships.
 *
 * `--samples N` makes it shorter or longer. @default 20000
 *
 * @module
 */
import { SHIPPED_DENIALS, SHIPPED_PERMISSIONS } from "./permissions.ts";

/** What a guard takes, in MiB. */
export interface GuardMemory {
  /** The most that it had. */
  readonly peakMiB: number;
  /** Half of what lies between the most and the least, once it has warmed up. */
  readonly swingMiB: number;
}

/** What the issue allows, in MiB. */
export const LIMITS = { peakMiB: 60, swingMiB: 2 } as const;
const SAMPLES = 20_000;
/** In this part of the samples V8 compiles what is called often, and its heap finds its size. */
const WARM_UP = 0.25;

/** What of the figures is over its limit; none when all is well. */
export function judgeMemory(
  { peakMiB, swingMiB }: GuardMemory,
): readonly string[] {
  return [
    ...(peakMiB > LIMITS.peakMiB ? [`${peakMiB.toFixed(1)} MiB`] : []),
    ...(swingMiB > LIMITS.swingMiB
      ? [`± ${swingMiB.toFixed(1)} MiB from sample to sample`]
      : []),
  ];
}

/**
 * Summarises readings.
 *
 * @param readings In MiB, in the order in which they were taken.
 * @throws {Error} Without any: nothing was measured then.
 */
export function memoryOf(readings: readonly number[]): GuardMemory {
  const warm = readings.slice(Math.floor(readings.length * WARM_UP));
  if (warm.length === 0) throw new Error("the guard took no sample");
  return {
    peakMiB: Math.max(...readings),
    swingMiB: (Math.max(...warm) - Math.min(...warm)) / 2,
  };
}

/**
 * Lets a guard run in a temporary home.
 *
 * @param samples How many it takes.
 * @throws {Error} If it cannot be built or does not end well.
 */
export function measureMemory(samples: number): GuardMemory {
  const home = Deno.makeTempDirSync({ prefix: "metal-guard-soak-" });
  try {
    Deno.mkdirSync(`${home}/reports`);
    const program = `${home}/guard.js`;
    const source = new URL("bench/guard_memory_reading.ts", import.meta.url);
    run([
      "bundle",
      "--quiet",
      "--minify",
      "--output",
      program,
      source.pathname,
    ]);
    const text = run([
      "run",
      "--no-config",
      ...SHIPPED_PERMISSIONS,
      ...SHIPPED_DENIALS,
      program,
      `${samples}`,
    ], { HOME: home, METALGUARD_REPORT_DIRS: `${home}/reports` });
    const readings: unknown = JSON.parse(text);
    return memoryOf(Array.isArray(readings) ? readings.map(Number) : []);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

function run(
  args: readonly string[],
  env: Record<string, string> = {},
): string {
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env,
    stdin: "null",
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function main(): number {
  const [flag, count] = Deno.args;
  const samples = flag === "--samples" ? Number(count) : SAMPLES;
  const isBad = flag !== undefined && flag !== "--samples";
  if (isBad || !Number.isSafeInteger(samples) || samples < 1) {
    say("usage: soak_run.ts [--samples N]");
    return 64;
  }
  const figures = measureMemory(samples);
  const over = judgeMemory(figures);
  say(JSON.stringify(figures, null, 2));
  say(over.length === 0 ? "within all limits" : `over: ${over.join(", ")}`);
  return over.length === 0 ? 0 : 1;
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) Deno.exitCode = main();
