/**
 * What a scraper is told of one machine, for node_exporter's textfile collector. Names and units keep Prometheus'
 * conventions. No command line, path, model, host or user is in it (SAFETY P2), and every label has few values.
 *
 * @module
 */
import { DAY_MS, HOUR_MS, SECOND_MS } from "../core/instant.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { CooldownKind } from "../policy/panic_cooldown.ts";
import { isHeldLock, isStaleLock } from "./lock.ts";
import { MACHINE_METRICS } from "./machine_metrics.ts";
import { valueOf } from "./machine_words.ts";
import { figure, flag, moment, stateSet } from "./metric_samples.ts";
import {
  type MetricFamily,
  type MetricSample,
  prometheusText,
} from "./prometheus_text.ts";
import type { StatusCollector, StatusSnapshot } from "./status_snapshot.ts";

/** What of the status is told. */
export type MetricsView = Omit<StatusSnapshot, "breadcrumbs" | "exitCode">;

/** Who tells it. */
export interface MetricsOptions {
  /** Version of the program. */
  readonly version: string;
  /** Time from one write to the next, in milliseconds; `null` when there is no next one. */
  readonly intervalMs: number | null;
}

/** One metric, and how its figures are found. */
export interface MetricRow extends Omit<MetricFamily, "samples"> {
  /** Its figures; none for what is not known. */
  readonly read: (
    view: MetricsView,
    options: MetricsOptions,
  ) => readonly MetricSample[];
}

/** Name of the file: the collector reads what ends in `.prom`. */
export const METRICS_FILE = "metal_guard.prom";

const KINDS: readonly CooldownKind[] = [
  "kill_switch",
  "sentinel",
  "clear",
  "cooldown",
  "expired",
  "lockout",
  "ack",
  "absolute_max",
  "broken",
];

const COLLECTORS: readonly StatusCollector[] = [
  "panics",
  "panic_cooldown",
  "ledger",
  "machine",
  "mode",
  "breadcrumbs",
  "lock",
  "breaker",
  "cadence",
  "guards",
];

/** Windows in which events are counted, by the label's value. */
const WINDOWS_MS = { "24h": DAY_MS, "72h": 3 * DAY_MS } as const;

/** Every metric, in the order of the file. */
export const METRICS: readonly MetricRow[] = [
  {
    name: "metal_guard_build_info",
    type: "gauge",
    help: "The metal-guard that wrote this file.",
    read: (_, { version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: "metal_guard_last_write_timestamp_seconds",
    type: "gauge",
    help: "When the figures of this file were gathered.",
    read: (view) => moment(view.capturedAt),
  },
  {
    name: "metal_guard_write_interval_seconds",
    type: "gauge",
    help: "Time from one write of this file to the next.",
    read: (_, { intervalMs }) =>
      figure(intervalMs === null ? null : intervalMs / SECOND_MS),
  },
  {
    name: "metal_guard_collector_success",
    type: "gauge",
    help: "Whether a part of the status could be gathered.",
    read: (view) =>
      COLLECTORS.map((collector) => ({
        labels: { collector },
        value: Number(
          !view.failures.some((failure) => failure.collector === collector),
        ),
      })),
  },
  {
    name: "metal_guard_findings",
    type: "gauge",
    help: "Things that are out of order; metal-guard doctor names them.",
    read: (view) => figure(view.findings.length),
  },
  {
    name: "metal_guard_health",
    type: "gauge",
    help: "Health of the machine, 1 for the word that holds.",
    read: (view) => stateSet("state", ["ok", "warn", "critical"], view.health),
  },
  {
    name: "metal_guard_mode",
    type: "gauge",
    help: "Whether layers refuse or only tell, 1 for the mode that holds.",
    read: (view) =>
      stateSet("mode", ["defensive", "observer"], valueOf(view.mode)?.mode),
  },
  {
    name: "metal_guard_gate_closed",
    type: "gauge",
    help: "Whether the panic gate keeps GPU work away.",
    read: ofGate((gate) => flag(gate.exitCode === 2)),
  },
  {
    name: "metal_guard_gate_rule",
    type: "gauge",
    help: "The rule by which the panic gate decided, 1 for the one that holds.",
    read: ofGate((gate) => stateSet("rule", KINDS, gate.kind)),
  },
  {
    name: "metal_guard_gate_clear_timestamp_seconds",
    type: "gauge",
    help: "When the panic gate opens by itself, while it is closed.",
    read: ofGate((gate) => moment(gate.clearAt)),
  },
  {
    name: "metal_guard_unreadable_reports",
    type: "gauge",
    help: "Kernel panic evidence that exists and cannot be read.",
    read: ofGate((gate) => figure(gate.unreadableReports.length)),
  },
  {
    name: "metal_guard_gpu_panics",
    type: "gauge",
    help: "Kernel panics of the GPU driver in a window, at least.",
    read: ofGate((gate) =>
      Object.entries(WINDOWS_MS).flatMap(([window, ms]) =>
        atLeast(
          gate,
          gate.gpuPanics.map(({ at }) => at.epochMilliseconds),
          { window, ms },
        )
      )
    ),
  },
  {
    name: "metal_guard_last_gpu_panic_timestamp_seconds",
    type: "gauge",
    help: "When the GPU driver last took the machine down, within 72 hours.",
    read: ofGate((gate) => moment(gate.gpuPanics[0]?.at)),
  },
  {
    name: "metal_guard_suspected_panics",
    type: "gauge",
    help: "What looks like a panic without a report and still matters.",
    // The kill switch leaves them unasked.
    read: ofGate((gate) =>
      figure(gate.kind === "kill_switch" ? null : gate.suspects.length)
    ),
  },
  {
    name: "metal_guard_kernel_panics",
    type: "gauge",
    help: "Kernel panics of any kind in a window, at least.",
    read: (view) => {
      const panics = valueOf(view.panics);
      const gate = valueOf(view.gate);
      return panics === null || gate === null ? [] : Object.entries(
        WINDOWS_MS,
      ).filter(([, ms]) => ms <= view.panicWindowHours * HOUR_MS)
        .flatMap(([window, ms]) =>
          atLeast(gate, panics.map(({ ts }) => ts * SECOND_MS), { window, ms })
        );
    },
  },
  {
    name: "metal_guard_survived_failures",
    type: "gauge",
    help:
      "Process aborts, GPU resets and memory kills that left a report in a window.",
    // These two decide before anything is counted.
    read: ofGate((gate) =>
      gate.kind === "kill_switch" || gate.kind === "sentinel"
        ? []
        : [{ labels: { window: "24h" }, value: gate.abortCount24h }]
    ),
  },
  {
    name: "metal_guard_breaker_open",
    type: "gauge",
    help: "Whether the circuit breaker pauses GPU work.",
    read: (view) => flag(valueOf(view.breaker)?.isInCooldown),
  },
  {
    name: "metal_guard_breaker_panics",
    type: "gauge",
    help: "Kernel panics in the circuit breaker's window.",
    read: (view) => figure(valueOf(view.breaker)?.recentPanicCount),
  },
  {
    name: "metal_guard_breaker_panic_threshold",
    type: "gauge",
    help: "Kernel panics in its window that open the circuit breaker.",
    read: (view) => figure(valueOf(view.breaker)?.panicThreshold),
  },
  {
    name: "metal_guard_breaker_close_timestamp_seconds",
    type: "gauge",
    help: "When the circuit breaker closes by itself, while it is open.",
    read: (view) => moment(valueOf(view.breaker)?.cooldownUntil),
  },
  {
    name: "metal_guard_lock_held",
    type: "gauge",
    help: "Whether somebody has the GPU lock.",
    read: (view) => {
      const lock = valueOf(view.lock);
      return flag(lock === null ? null : isHeldLock(lock));
    },
  },
  {
    name: "metal_guard_lock_stale",
    type: "gauge",
    help: "Whether a lock record is there that counts no more.",
    read: (view) => {
      const lock = valueOf(view.lock);
      // Where there is no place for a record, none is stale.
      return flag(
        lock === null || lock.path === null ? null : isStaleLock(lock),
      );
    },
  },
  {
    name: "metal_guard_lock_taken_timestamp_seconds",
    type: "gauge",
    help: "When the GPU lock was taken, while somebody has it.",
    read: (view) => {
      const lock = valueOf(view.lock);
      return lock !== null && isHeldLock(lock)
        ? moment(lock.holder?.startedAt)
        : [];
    },
  },
  {
    name: "metal_guard_guards",
    type: "gauge",
    help: "Guards that run on the machine.",
    read: (view) => figure(valueOf(view.guards)?.length),
  },
  {
    name: "metal_guard_late_guards",
    type: "gauge",
    help: "Guards that run and whose heartbeat is older than it should be.",
    read: (view) =>
      figure(valueOf(view.guards)?.filter(({ isFresh }) => !isFresh).length),
  },
  {
    name: "metal_guard_kv_requests",
    type: "gauge",
    help: "Requests that running guards have in work.",
    read: (view) => figure(requestsOf(view)?.length),
  },
  {
    name: "metal_guard_kv_cache_bytes",
    type: "gauge",
    help: "What the KV caches of those requests take.",
    read: (view) =>
      figure(requestsOf(view)?.reduce((sum, { bytes }) => sum + bytes, 0)),
  },
  {
    name: "metal_guard_waiting_models",
    type: "gauge",
    help: "Models that may not be loaded again yet.",
    read: (view) =>
      figure(
        valueOf(view.cadence)?.loads.filter(({ clearAt }) =>
          Temporal.Instant.compare(clearAt, view.capturedAt) > 0
        ).length,
      ),
  },
  ...MACHINE_METRICS.map(({ read, ...row }): MetricRow => ({
    ...row,
    read: (view) => read(view.machine),
  })),
];

/**
 * The content of `metal_guard.prom`.
 *
 * @param view The status.
 * @param options Who writes it, and how often.
 */
export function metricsText(
  view: MetricsView,
  options: MetricsOptions,
): string {
  return prometheusText(METRICS.map(({ name, type, help, read }) => ({
    name,
    type,
    help,
    samples: read(view, options),
  })));
}

function ofGate(
  read: (gate: CooldownVerdict) => readonly MetricSample[],
): (view: MetricsView) => readonly MetricSample[] {
  return (view) => view.gate.kind === "known" ? read(view.gate.value) : [];
}

/** Events of a window. None that are known, beside evidence that cannot be read, is not 0. */
function atLeast(
  gate: CooldownVerdict,
  atMs: readonly number[],
  { window, ms }: { readonly window: string; readonly ms: number },
): readonly MetricSample[] {
  const since = gate.askedAt.epochMilliseconds - ms;
  const value = atMs.filter((at) => at >= since).length;
  return value === 0 && gate.unreadableReports.length > 0
    ? []
    : [{ labels: { window }, value }];
}

function requestsOf(
  { guards }: MetricsView,
): readonly { readonly bytes: number }[] | undefined {
  return valueOf(guards)?.flatMap(({ file }) => file.kvRequests);
}
