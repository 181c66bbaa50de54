import type { ModeDescription } from "../core/mode.ts";
import { gateJson } from "./gate.ts";
import { hardwareJson } from "./hardware.ts";
import {
  gpuJson,
  hostMemoryJson,
  memoryJson,
  valueOf,
} from "./machine_words.ts";
import { panicJson } from "./panic_words.ts";
import { lockHolderJson, processLayersJson } from "./status_layers.ts";
import type { StatusSnapshot } from "./status_snapshot.ts";

/** Zone of the naive local times, and the program's version. */
export interface StatusJsonOptions {
  /** IANA name of the local zone. */
  readonly timeZone: string;
  /** The program's version. */
  readonly version: string;
}

/** Version of the form of `status.json`: grows by addition only. */
export const STATUS_SCHEMA_VERSION = "1.0";

/** The object that `status`, `panics`, `breadcrumb` and `mode` print with `--json`. */
export function statusJson(
  view: StatusSnapshot,
  options: StatusJsonOptions,
): Record<string, unknown> {
  const crumbs = valueOf(view.breadcrumbs);
  const mode = valueOf(view.mode);
  return {
    version: options.version,
    health: view.health,
    exit_code: view.exitCode,
    panics_window_hours: view.panicWindowHours,
    panics_count: valueOf(view.panics)?.length ?? null,
    panics: valueOf(view.panics)?.map(panicJson) ?? null,
    mlx_lock: lockHolderJson(view.lock),
    mode: mode === null ? null : modeJson(mode),
    memory: memoryJson(view.machine),
    breadcrumb: crumbs === null
      ? null
      : { path: crumbs.path, lines: crumbs.lines },
    ...layersJson(view, options.timeZone),
  };
}

/**
 * The sections of `status.json` (SPEC 13), in the order of the Python metal-guard's, ours behind them.
 *
 * `memory` is `{ available: false, reason }` where the figures are not known; everywhere else `null` is "not known", and
 * `errors` names each part that could not be gathered. Lists and texts are cut where no machine that works would come:
 * readers of state files stop at a mebibyte.
 */
export function statusSections(
  view: StatusSnapshot,
  options: StatusJsonOptions,
): Record<string, unknown> {
  const mode = valueOf(view.mode);
  const crumbs = valueOf(view.breadcrumbs);
  const { lock, kv_monitor, ...layers } = layersJson(view, options.timeZone);
  return bounded({
    memory: fileMemoryJson(view),
    kv_monitor,
    recent_panics: valueOf(view.panics)?.map(panicJson) ?? null,
    breadcrumb_path: crumbs?.path ?? null,
    breadcrumb_tail: crumbs?.lines ?? null,
    lock,
    mode: mode === null ? null : {
      current: mode.mode,
      env_var: "METALGUARD_MODE",
      description: mode.description,
      details: modeJson(mode),
    },
    ...layers,
    health: view.health,
    panics_window_hours: view.panicWindowHours,
    version: options.version,
  });
}

const MOST_ITEMS = 100;
const LONGEST_TEXT = 1_000;

function bounded(
  record: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, boundedValue(value)]),
  );
}

function boundedValue(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length > LONGEST_TEXT
      ? `${value.slice(0, LONGEST_TEXT - 1)}…`
      : value;
  }
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map(boundedValue);
  return isRecord(value) ? bounded(value) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What both objects have in common. */
function layersJson(
  view: StatusSnapshot,
  timeZone: string,
): Record<string, unknown> {
  const gate = valueOf(view.gate);
  return {
    panic_cooldown: gate === null ? null : gateJson(gate, timeZone),
    ...processLayersJson(view),
    hardware: hardwareJson(view.machine),
    gpu: gpuJson(view.machine),
    host_memory: hostMemoryJson(view.machine),
    findings: view.findings,
    ...(view.failures.length === 0 ? {} : {
      errors: Object.fromEntries(
        view.failures.map(({ collector, because }) => [collector, because]),
      ),
    }),
  };
}

function modeJson(mode: ModeDescription): Record<string, unknown> {
  return {
    mode: mode.mode,
    description: mode.description,
    env_var: mode.envVar,
  };
}

function fileMemoryJson({ machine }: StatusSnapshot): Record<string, unknown> {
  const { activeBytes } = machine.memory;
  return activeBytes.kind === "unknown"
    ? { available: false, reason: activeBytes.because }
    : { available: true, ...memoryJson(machine) };
}
