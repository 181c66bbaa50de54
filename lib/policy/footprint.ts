import { MIB } from "../core/bytes.ts";
import { SECOND_MS } from "../core/instant.ts";

/** Most time between two samples (SPEC 10). */
const SLOWEST_MS = SECOND_MS;
/** Least time between two samples, and before the first one (SPEC 10). */
export const FASTEST_SAMPLE_MS = 50;
/** The whole headroom in this time is as fast as memory was seen to grow: 128 MiB/s into a headroom of 10 GiB. */
const RAMP_BYTES_PER_MS = 1.28 * MIB;

/**
 * When to look again: the less is left below the limit, the sooner.
 *
 * @param bytes The last sample; `undefined` where there was none.
 * @param limitBytes The limit; `null` is none.
 * @returns 50 to 1000 ms.
 */
export function nextSampleMs(
  bytes: number | undefined,
  limitBytes: number | null,
): number {
  if (limitBytes === null) return SLOWEST_MS;
  if (bytes === undefined) return FASTEST_SAMPLE_MS;
  const leftMs = (limitBytes - bytes) / RAMP_BYTES_PER_MS;
  return Math.round(Math.max(FASTEST_SAMPLE_MS, Math.min(SLOWEST_MS, leftMs)));
}

/** What an observed run suggests as `--max-footprint`: a quarter above its peak, in whole 64 MiB. */
export function recommendedFootprintBytes(peakBytes: number): number {
  const step = 64 * MIB;
  return Math.ceil(peakBytes * 1.25 / step) * step;
}
