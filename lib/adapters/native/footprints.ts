import { known, type Observed, unknown } from "../../core/observed.ts";
import { bytesOf } from "../../parse/machine_reading.ts";
import type { Footprints } from "../../ports/footprints.ts";
import type { NativeCaller } from "./caller.ts";

/** One process is asked in some 50 µs, most of them for the way to another thread and back. */
const SHORTEST_MS = 50;

/**
 * Memory of processes through the dylib: the footprint by which macOS kills, which holds GPU memory, and the highest that
 * each process ever had.
 *
 * Fails to `unknown`: one process that cannot be read makes the sum unknown, unless it has ended.
 *
 * @param caller Who asks the dylib.
 */
export function createNativeFootprints(caller: NativeCaller): Footprints {
  return new NativeFootprints(caller);
}

class NativeFootprints implements Footprints {
  readonly source = "native";
  readonly shortestMs = SHORTEST_MS;
  readonly #caller: NativeCaller;
  #peaks: ReadonlyMap<number, number> = new Map();

  constructor(caller: NativeCaller) {
    this.#caller = caller;
  }

  async read(pids: readonly number[]): Promise<Observed<number>> {
    const peaks = new Map<number, number>();
    const readings = await Promise.all(
      [...new Set(pids)].map((pid) => this.#one(pid, peaks)),
    );
    this.#peaks = peaks;
    let sum = 0;
    let living = 0;
    for (const reading of readings) {
      if (reading === "ended") continue;
      if (reading.kind === "unknown") return reading;
      sum += reading.value;
      living++;
    }
    return living === 0 ? unknown("no process shows its memory") : known(sum);
  }

  peakOf(pid: number): number | undefined {
    return this.#peaks.get(pid);
  }

  async #one(
    pid: number,
    peaks: Map<number, number>,
  ): Promise<Observed<number> | "ended"> {
    const answer = await this.#caller.ask(
      `process ${pid}`,
      (library) => library.readProcess(pid),
    );
    if (answer.kind === "failed") {
      return answer.problem === "not-found" ? "ended" : unknown(answer.because);
    }
    const { isZombie, footprintBytes, peakFootprintBytes } = answer.value;
    if (isZombie.kind === "known" && isZombie.value) return "ended";
    const peak = bytesOf(peakFootprintBytes, "highest footprint");
    if (peak.kind === "known") peaks.set(pid, peak.value);
    return bytesOf(footprintBytes, `footprint of process ${pid}`);
  }
}
