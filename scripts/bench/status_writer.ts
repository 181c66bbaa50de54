import { runTicks } from "../soak_status.ts";
import { median } from "./median.ts";
import type { BenchPlace } from "./place.ts";
import { type BenchRow, limitRow } from "./row.ts";

/** Targets of the project, in milliseconds. */
const TARGETS = { endMs: 200, cpuMs: 5 } as const;
const WARM_UP_TICKS = 500;
const TICKS = 500;

/** How soon a writer ends when it is told to, and what a picture takes of the processor. */
export function statusWriterRows(
  place: BenchPlace,
  rounds: number,
): readonly BenchRow[] {
  const ends = Array.from({ length: rounds }, () => timeEnd(place));
  return [
    limitRow(
      "status-write-end",
      "status-write, from SIGTERM to its end",
      median(ends),
      TARGETS.endMs,
    ),
    limitRow(
      "status-write-cpu",
      "status-write, processor time of a picture",
      runTicks(WARM_UP_TICKS, TICKS).cpuMs,
      TARGETS.cpuMs,
    ),
  ];
}

/** Milliseconds from SIGTERM in the middle of its sleep to its end, to within a few. */
function timeEnd(place: BenchPlace): number {
  const { words: [program = "", ...args], env } = place.bundled([
    "status-write",
    "--interval",
    "3600",
  ]);
  const path = `${env["HOME"]}/.cache/metal-guard/status.json`;
  removeIfThere(path);
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-read",
      "--allow-run",
      new URL("end_timer.ts", import.meta.url).pathname,
      path,
      program,
      ...args,
    ],
    clearEnv: true,
    env: { ...env },
    stdin: "null",
  }).outputSync();
  const ms = Number(new TextDecoder().decode(stdout));
  if (success && ms > 0) return ms;
  throw new Error(
    `Cannot measure status-write: ${new TextDecoder().decode(stderr)}`,
  );
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
