import type {
  GpuAccelerator,
  GpuClient,
  GpuProgram,
} from "../core/machine_reading.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { NO_GPU } from "./hardware.ts";

/**
 * Adds up one figure of all GPUs.
 *
 * Fails to `unknown`: without a GPU, and where one of them does not say it, since a part of a sum is none.
 */
export function sumOfGpus(
  accelerators: Observed<readonly GpuAccelerator[]>,
  pick: (gpu: GpuAccelerator) => Observed<number>,
): Observed<number> {
  return overGpus(
    accelerators,
    pick,
    (values) => values.reduce((sum, value) => sum + value, 0),
  );
}

/** The highest of one figure over all GPUs; `unknown` as in {@linkcode sumOfGpus}. */
export function highestOfGpus(
  accelerators: Observed<readonly GpuAccelerator[]>,
  pick: (gpu: GpuAccelerator) => Observed<number>,
): Observed<number> {
  return overGpus(accelerators, pick, (values) => Math.max(...values));
}

function overGpus(
  accelerators: Observed<readonly GpuAccelerator[]>,
  pick: (gpu: GpuAccelerator) => Observed<number>,
  join: (values: readonly number[]) => number,
): Observed<number> {
  if (accelerators.kind === "unknown") return accelerators;
  if (accelerators.value.length === 0) return unknown(NO_GPU);
  const values: number[] = [];
  for (const gpu of accelerators.value) {
    const figure = pick(gpu);
    if (figure.kind === "unknown") return figure;
    values.push(figure.value);
  }
  return known(join(values));
}

/** Connections put together by program, those with the most GPU time first. */
export function programsOf(
  clients: readonly GpuClient[],
): readonly GpuProgram[] {
  const programs = [...Map.groupBy(clients, ({ pid }) => pid)].map(
    ([pid, own]): GpuProgram => ({
      pid,
      name: own.find(({ name }) => name !== "")?.name ?? "",
      connections: own.length,
      gpuTimeMs: sumOfTimes(own),
    }),
  );
  return programs.sort((a, b) => timeOf(b) - timeOf(a) || a.pid - b.pid);
}

function sumOfTimes(clients: readonly GpuClient[]): Observed<number> {
  let sum = 0;
  for (const { gpuTimeMs } of clients) {
    if (gpuTimeMs.kind === "unknown") return gpuTimeMs;
    sum += gpuTimeMs.value;
  }
  return known(sum);
}

/** For sorting only: unknown stands last. */
function timeOf({ gpuTimeMs }: GpuProgram): number {
  return gpuTimeMs.kind === "known" ? gpuTimeMs.value : -1;
}
