import { median, shuffled } from "./median.ts";

/** One program with its arguments. */
export interface Subject {
  /** Program and arguments. */
  readonly words: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Exit codes with which it has done its work. */
  readonly goodCodes: readonly number[];
}

/** What was measured of one subject. */
export interface Measured {
  /** Wall time from start to end, in milliseconds; the median of all rounds. */
  readonly wallMs: number;
  /** Most memory it ever had at once, in MiB; `undefined` where nothing here can tell. */
  readonly peakMiB: number | undefined;
}

/** How to learn the peak memory of a program. */
export interface MemoryMeter {
  /** Words in front of the program. */
  readonly words: readonly string[];
  /** Reads what the meter wrote behind the program's own standard error. */
  readonly parse: (stderr: string) => number | undefined;
}

const KIB = 1_024;

/** GNU time writes KiB, the one of macOS bytes. */
const METERS: readonly MemoryMeter[] = [
  {
    words: ["/usr/bin/time", "-f", "peak-kib %M"],
    parse: (stderr) => scaled(/peak-kib (\d{1,12})/.exec(stderr), KIB),
  },
  {
    words: ["/usr/bin/time", "-l"],
    parse: (stderr) =>
      scaled(
        /(\d{1,15})\s{1,8}maximum resident set size/.exec(stderr),
        KIB * KIB,
      ),
  },
];

function scaled(
  match: RegExpExecArray | null,
  unitsInMiB: number,
): number | undefined {
  return match === null ? undefined : Number(match[1]) / unitsInMiB;
}

/** Finds a meter that works here. */
export function findMemoryMeter(): MemoryMeter | undefined {
  return METERS.find((meter) => {
    try {
      const output = start([...meter.words, "true"], {});
      return meter.parse(output.stderr) !== undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

function start(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly code: number; readonly stderr: string } {
  const [program = "", ...args] = words;
  const output = new Deno.Command(program, {
    args,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  return {
    code: output.code,
    stderr: new TextDecoder().decode(output.stderr),
  };
}

/**
 * Runs one subject once.
 *
 * @returns Its wall time in milliseconds.
 * @throws {Error} If it ended with a code that is none of its good ones: its time would mean nothing.
 */
export function timeOnce(subject: Subject): number {
  const before = performance.now();
  const { code, stderr } = start(subject.words, subject.env);
  const wallMs = performance.now() - before;
  if (!subject.goodCodes.includes(code)) {
    throw new Error(
      `Cannot measure ${subject.words.join(" ")}: it ended with ${code}\n${
        stderr.slice(0, 2_000)
      }`,
    );
  }
  return wallMs;
}

/** A few runs tell the memory: unlike time it hardly differs from run to run. */
const MEMORY_ROUNDS = 5;
/** The first runs fill Deno's caches. */
const WARM_UP_ROUNDS = 2;

/**
 * Measures subjects side by side: each round runs every one of them once, in a new order.
 *
 * @param subjects What to run, by name.
 * @param options `rounds` of time; `meter` for memory.
 */
export function measureTogether<Name extends string>(
  subjects: Readonly<Record<Name, Subject>>,
  options: { readonly rounds: number; readonly meter?: MemoryMeter },
): Readonly<Record<Name, Measured>> {
  const all = Object.entries<Subject>(subjects)
    .map(([name, subject]) => ({
      name,
      subject,
      wallMs: new Array<number>(),
      peakMiB: new Array<number>(),
    }));
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const { subject } of all) timeOnce(subject);
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const one of shuffled(all)) one.wallMs.push(timeOnce(one.subject));
  }
  const { meter } = options;
  if (meter !== undefined) {
    for (let round = 0; round < MEMORY_ROUNDS; round++) {
      for (const one of shuffled(all)) {
        const words = [...meter.words, ...one.subject.words];
        const { stderr } = start(words, one.subject.env);
        const peak = meter.parse(stderr);
        if (peak !== undefined) one.peakMiB.push(peak);
      }
    }
  }
  const measured = all.map(({ name, wallMs, peakMiB }) => [name, {
    wallMs: median(wallMs),
    peakMiB: peakMiB.length > 0 ? median(peakMiB) : undefined,
  }]);
  return Object.fromEntries(measured);
}
