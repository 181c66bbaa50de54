import { LIMITS, measureMemory as measureGuardMemory } from "../soak_run.ts";
import { percentile } from "./median.ts";
import type { BenchPlace } from "./place.ts";
import type { Subject } from "./process.ts";
import { type BenchRow, limitRow, mebibyteRow } from "./row.ts";

const MIB = 2 ** 20;
/** Targets of the project. */
const TARGETS = { decisionMs: 2, overshootMiB: 32 } as const;
/** Samples of the row of memory; `deno task soak:run` takes as many by itself. */
const SAMPLES = 20_000;
/** A ramp starts at 256 MiB, and is killed without a word at 110 % of this. */
const LIMIT_MIB = 384;
const KILLED_MIB = LIMIT_MIB / 10;
const P95 = 0.95;

/**
 * How soon a guard acts, how far a program gets beyond its limit meanwhile, and what the guard itself takes.
 *
 * @param place Where the program has been bundled.
 * @param rounds How many programs are ended for each row.
 */
export function supervisionRows(
  place: BenchPlace,
  rounds: number,
): readonly BenchRow[] {
  const { peakMiB, swingMiB } = measureGuardMemory(SAMPLES);
  return [
    limitRow(
      "run-decision",
      "run, from the sample that decides to the signal, p95",
      percentile(measureDecisions(rounds), P95),
      TARGETS.decisionMs,
    ),
    mebibyteRow(
      "run-overshoot",
      `run, beyond ${LIMIT_MIB} MiB at 128 MiB/s, p95`,
      percentile(
        measureOvershoots((args) => place.bundled(args), Math.ceil(rounds / 3)),
        P95,
      ),
      TARGETS.overshootMiB,
    ),
    mebibyteRow(
      "run-memory",
      "run, the guard's own memory over 20,000 samples",
      peakMiB,
      LIMITS.peakMiB,
    ),
    mebibyteRow(
      "run-memory-swing",
      "run, by which that goes up and down",
      swingMiB,
      LIMITS.swingMiB,
    ),
  ];
}

/** Milliseconds from the sample that decides to the signal. */
export function measureDecisions(rounds: number): readonly number[] {
  const home = Deno.makeTempDirSync({ prefix: "metal-guard-bench-" });
  try {
    Deno.mkdirSync(`${home}/reports`);
    const program = new URL("decision_reading.ts", import.meta.url).pathname;
    const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", program, `${rounds}`],
      env: { HOME: home, METALGUARD_REPORT_DIRS: `${home}/reports` },
      stdin: "null",
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const times: unknown = JSON.parse(new TextDecoder().decode(stdout));
    return Array.isArray(times) ? times.map(Number) : [];
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

/**
 * How much more than its limit a program had when it heard that it shall end, in MiB.
 *
 * @param guarded The program with these arguments.
 * @param rounds How many programs are ended.
 */
export function measureOvershoots(
  guarded: (args: readonly string[]) => Subject,
  rounds: number,
): readonly number[] {
  const folder = Deno.makeTempDirSync({ prefix: "metal-guard-bench-" });
  try {
    const out = `${folder}/footprint`;
    const { words: [program = "", ...args], env } = guarded([
      "run",
      "--max-footprint",
      `${LIMIT_MIB}MiB`,
      "--",
      "python3",
      new URL("ramp.py", import.meta.url).pathname,
      out,
    ]);
    return Array.from({ length: rounds }, () => {
      const { code, stderr } = new Deno.Command(program, {
        args,
        clearEnv: true,
        env: { ...env },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).outputSync();
      if (code !== 76) throw new Error(new TextDecoder().decode(stderr));
      const text = takeText(out);
      return text === undefined ? KILLED_MIB : Number(text) / MIB - LIMIT_MIB;
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function takeText(path: string): string | undefined {
  try {
    const text = Deno.readTextFileSync(path);
    Deno.removeSync(path);
    return text;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
