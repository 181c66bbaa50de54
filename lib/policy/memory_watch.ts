import { GB } from "../core/bytes.ts";
import { type MemoryReading, usedRatio } from "../core/memory_reading.ts";
import { MINUTE_MS, SECOND_MS } from "../core/instant.ts";

/** Share of the limit from which pressure is high (seed, L5). */
export const PRESSURE_RATIO = 0.67;
/** Share of the limit that a peak must pass before an idle GPU is flushed (seed, L5). */
const FLUSH_PEAK_RATIO = 0.5;

/**
 * Whether the peak has passed a share of the limit. Fails open: `false` where either is not known.
 *
 * @param reading The GPU's memory.
 * @param thresholdRatio The share. @default 0.67
 */
export function isPressureHigh(
  reading: MemoryReading,
  thresholdRatio: number = PRESSURE_RATIO,
): boolean {
  const ratio = usedRatio(reading.peakBytes, reading.limitBytes);
  return ratio !== undefined && ratio > thresholdRatio;
}

/** Whether a periodic flush has anything to give back. Fails open: `false` where nothing is known. */
export function isFlushWorthwhile(reading: MemoryReading): boolean {
  const { activeBytes } = reading;
  return (activeBytes.kind === "known" && activeBytes.value > 0) ||
    isPressureHigh(reading, FLUSH_PEAK_RATIO);
}

/** Shares of the limit at which the watchdog acts. */
export interface WatchdogOptions {
  /** From here it flushes and warns. @default 0.70 */
  readonly warnRatio: number;
  /** From here it cleans up, calls, and starts from a new baseline. @default 0.85 */
  readonly criticalRatio: number;
}

/** The seed's shares (L5). */
export const WATCHDOG_DEFAULTS: WatchdogOptions = {
  warnRatio: 0.7,
  criticalRatio: 0.85,
};

/** What the watchdog does with a reading. */
export type WatchdogAction = "nothing" | "flush" | "warn" | "critical";

/** L5: decides what one reading of the watchdog calls for. Fails open: nothing where the memory is not known. */
export function evaluateWatchdog(
  reading: MemoryReading,
  options: WatchdogOptions = WATCHDOG_DEFAULTS,
): WatchdogAction {
  const ratio = usedRatio(reading.activeBytes, reading.limitBytes);
  if (ratio !== undefined && ratio > options.criticalRatio) return "critical";
  if (ratio !== undefined && ratio > options.warnRatio) return "warn";
  return isFlushWorthwhile(reading) ? "flush" : "nothing";
}

/** Limits of the KV monitor. */
export interface KvMonitorOptions {
  /** Less than this free is pressure, in bytes. @default 4 GB */
  readonly headroomBytes: number;
  /** Faster growth is pressure, in bytes a minute. @default 1 GB */
  readonly growthBytesPerMin: number;
}

/** The seed's limits (L5). */
export const KV_MONITOR_DEFAULTS: KvMonitorOptions = {
  headroomBytes: 4 * GB,
  growthBytesPerMin: GB,
};

/** Window of the growth (seed, L5). */
const GROWTH_WINDOW_MS = 5 * MINUTE_MS;
/** A shorter time makes a rate out of noise (seed, L5). */
const LEAST_WINDOW_MS = 6 * SECOND_MS;

/** One reading of the KV monitor. */
export interface KvSample {
  /** On the clock that nobody sets, in milliseconds. */
  readonly atMs: number;
  /** In use, in bytes. */
  readonly activeBytes: number;
}

/** What made the KV monitor call. */
export interface KvPressure {
  /** Too little free, or too fast a growth. */
  readonly cause: "headroom" | "growth";
  /** The inequality, in numbers. */
  readonly reason: string;
}

/** What the KV monitor remembers, and whether it calls. */
export interface KvStep {
  /** Readings of the window, oldest first. */
  readonly samples: readonly KvSample[];
  /** `undefined` where all is well. */
  readonly pressure: KvPressure | undefined;
}

/**
 * L5: advances the KV monitor by one reading. Fails open: what is not known is no pressure, and leaves the window as it is.
 *
 * @param samples Readings so far, oldest first.
 * @param reading The GPU's memory.
 * @param atMs When it was read, on the clock that nobody sets.
 * @param options Limits.
 */
export function stepKvMonitor(
  samples: readonly KvSample[],
  reading: MemoryReading,
  atMs: number,
  options: KvMonitorOptions = KV_MONITOR_DEFAULTS,
): KvStep {
  const { activeBytes, limitBytes } = reading;
  if (activeBytes.kind === "unknown") return { samples, pressure: undefined };
  const all = [...samples, { atMs, activeBytes: activeBytes.value }]
    .filter((sample) => atMs - sample.atMs <= GROWTH_WINDOW_MS);
  const growth = growthPressure(all, options);
  if (limitBytes.kind === "unknown") return { samples: all, pressure: growth };
  const free = limitBytes.value - activeBytes.value;
  return {
    samples: all,
    pressure: free < options.headroomBytes
      ? {
        cause: "headroom",
        reason: `${gb(free)} free < ${gb(options.headroomBytes)}`,
      }
      : growth,
  };
}

function growthPressure(
  samples: readonly KvSample[],
  options: KvMonitorOptions,
): KvPressure | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const spanMs = last.atMs - first.atMs;
  if (spanMs < LEAST_WINDOW_MS) return undefined;
  const perMin = (last.activeBytes - first.activeBytes) * MINUTE_MS / spanMs;
  return perMin > options.growthBytesPerMin
    ? {
      cause: "growth",
      reason: `grows by ${gb(perMin)} a minute > ${
        gb(options.growthBytesPerMin)
      }`,
    }
    : undefined;
}

function gb(bytes: number): string {
  return `${(bytes / GB).toFixed(2)} GB`;
}
