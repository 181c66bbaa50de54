/**
 * How the writer of `metal_guard.prom` is made. Loaded when it is asked for.
 *
 * @module
 */
import { MetricsFile, type MetricsPorts } from "../layers/metrics_file.ts";
import { VERSION } from "../version.ts";

/** Where metrics are written, and how often. */
export interface MetricsFileOptions {
  /** Folder that node_exporter's textfile collector reads. It has to be there. */
  readonly folder: string;
  /** Time from one write to the next, in milliseconds, for alerts on a stale file; `null` for a single write. */
  readonly intervalMs: number | null;
}

/** Makes it; nothing is written yet. */
export function makeMetricsFile(
  { store, owner }: MetricsPorts,
  options: MetricsFileOptions,
): MetricsFile {
  return new MetricsFile({ store, owner }, { ...options, version: VERSION });
}
