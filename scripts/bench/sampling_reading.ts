/**
 * Measures what one sample of a program's memory costs, for each way to read it, and prints it as JSON: milliseconds of one
 * core, the kernel's time and that of programs which are started for it included.
 *
 * Run: `deno run --allow-all scripts/bench/sampling_reading.ts [LIBRARY MACHINE.json]`
 *
 * @module
 */
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import {
  createCatFootprints,
  createPsFootprints,
} from "../../lib/adapters/deno/footprints.ts";
import { createProcFootprints } from "../../lib/adapters/deno/footprints_proc.ts";
import { openKernelFiles } from "../../lib/adapters/deno/libc.ts";
import { NativeCaller } from "../../lib/adapters/native/caller.ts";
import { createNativeFootprints } from "../../lib/adapters/native/footprints.ts";
import { openNativeLibrary } from "../../lib/adapters/native/library.ts";
import type { Footprints } from "../../lib/ports/footprints.ts";

/** One way to sample. */
export interface SampleFigure {
  /** Which. */
  readonly source: string;
  /** What one sample costs, in milliseconds of one core. */
  readonly costMs: number;
  /** Least time between two, in milliseconds. */
  readonly shortestMs: number;
}

/** A server of the simulated machine. */
const SIMULATED_PID = 4_242;
/** Memory of the program that is measured, in MiB: walks over it cost what they cost. */
const SUBJECT_MIB = 64;
/** The kernel counts in ticks of 10 ms: so many samples make some hundred of them. */
const SAMPLES = { quick: 3_000, program: 40 } as const;
/** `USER_HZ` on every machine that Deno runs on. */
const TICK_MS = 10;

/** Time of a core that this process and its ended children have had, in milliseconds; without `/proc`, the wall clock. */
function usedMs(): number {
  const text = openKernelFiles()?.glance("/proc/self/stat");
  if (text === undefined) return performance.now();
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, one) => sum + one, 0) * TICK_MS;
}

/**
 * Samples at the pace of a guard, as far as the estimates between two walks are concerned: the clock of the adapter goes
 * 50 ms a sample, whatever it takes.
 */
async function measure(
  footprints: Footprints,
  options: {
    readonly pid: number;
    readonly samples: number;
    readonly onSample?: () => void;
  },
): Promise<SampleFigure> {
  const { pid, samples, onSample } = options;
  const first = await footprints.read([pid], { exactFromBytes: Infinity });
  if (first.kind === "unknown") throw new Error(first.because);
  const before = usedMs();
  for (let sample = 0; sample < samples; sample++) {
    onSample?.();
    await footprints.read([pid], { exactFromBytes: Infinity });
  }
  return {
    source: footprints.source ?? "none",
    costMs: (usedMs() - before) / samples,
    shortestMs: footprints.shortestMs ?? 0,
  };
}

async function measureAll(
  [library, machine]: readonly string[],
): Promise<readonly SampleFigure[]> {
  const children = createDenoChildProcesses();
  const subject = new Deno.Command("python3", {
    args: [
      "-c",
      `import sys\nb = bytearray(${SUBJECT_MIB} << 20)\nprint(flush=True)\nsys.stdin.read()`,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    await subject.stdout.getReader().read();
    const { pid } = subject;
    const figures: SampleFigure[] = [];
    const files = openKernelFiles();
    if (files !== undefined) {
      let nowMs = 0;
      const proc = createProcFootprints(files, () => nowMs);
      figures.push(
        await measure(proc, {
          pid,
          samples: SAMPLES.quick,
          onSample: () => nowMs += proc.shortestMs ?? 0,
        }),
        await measure(createCatFootprints(children), {
          pid,
          samples: SAMPLES.program,
        }),
      );
    }
    if (library !== undefined) {
      if (machine !== undefined) Deno.env.set("METAL_GUARD_SIM", machine);
      const caller = new NativeCaller({
        open: () => openNativeLibrary(library),
      });
      figures.push(
        await measure(createNativeFootprints(caller), {
          pid: machine === undefined ? pid : SIMULATED_PID,
          samples: SAMPLES.quick,
        }),
      );
    }
    figures.push(
      await measure(createPsFootprints(children), {
        pid,
        samples: SAMPLES.program,
      }),
    );
    return figures;
  } finally {
    subject.kill("SIGKILL");
    await subject.status;
  }
}

async function main(): Promise<void> {
  const text = JSON.stringify(await measureAll(Deno.args));
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) void main().then(() => Deno.exit());
