import type { Observed } from "../core/observed.ts";
import type { Clock } from "../ports/clock.ts";

/** What the wait for the GPU works with. */
export interface GpuReleasePorts {
  /** Waits. */
  readonly clock: Clock;
  /** Pids that have a connection to the GPU; leave it out where nobody can be asked. */
  readonly readGpuPids?: () => Promise<Observed<readonly number[]>>;
}

/** A look costs less than a millisecond through the dylib, and some 20 through `ioreg`. */
const POLL_MS = 250;

/**
 * Waits until processes that have ended have left the GPU, so that the next load does not meet their memory.
 *
 * Fails closed: where it cannot be known, the whole time is waited.
 *
 * @param ports Clock, and who knows the GPU's clients.
 * @param pids Those that were ended.
 * @param longestMs Metal gives pages back late: after this long it is taken for done.
 */
export async function waitForGpuRelease(
  ports: GpuReleasePorts,
  pids: ReadonlySet<number>,
  longestMs: number,
): Promise<void> {
  const { clock, readGpuPids } = ports;
  const endMs = clock.monotonicMs() + longestMs;
  for (;;) {
    const leftMs = endMs - clock.monotonicMs();
    if (leftMs <= 0) return;
    const using = await readGpuPids?.();
    if (using?.kind === "known" && !using.value.some((pid) => pids.has(pid))) {
      return;
    }
    await clock.sleep(
      using?.kind === "known" ? Math.min(POLL_MS, leftMs) : leftMs,
    );
  }
}
