import type { ModeDescription } from "../core/mode.ts";
import { plainText } from "../core/plain_text.ts";
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

/** More than this is no picture any more; readers of state files stop at a mebibyte. */
const MOST_PANICS = 500;
const MOST_FINDINGS = 200;
/** Longest line of the breadcrumb log in a file, in UTF-16 units. */
const LONGEST_LINE = 4_096;

/**
 * The object of `status.json` (SPEC 13), its keys in the order of the Python metal-guard's, ours behind them.
 *
 * `memory` is `{ available: false, reason }` where the figures are not known; everywhere else `null` is "not known", and
 * `errors` names each part that could not be gathered.
 */
export function statusFileJson(
  view: StatusSnapshot,
  options: StatusJsonOptions,
): Record<string, unknown> {
  const mode = valueOf(view.mode);
  const crumbs = valueOf(view.breadcrumbs);
  const { lock, kv_monitor, ...layers } = layersJson(view, options.timeZone);
  return {
    schema_version: STATUS_SCHEMA_VERSION,
    captured_at: capturedAtText(view.capturedAt),
    memory: fileMemoryJson(view),
    kv_monitor,
    recent_panics: valueOf(view.panics)?.slice(0, MOST_PANICS).map(panicJson) ??
      null,
    breadcrumb_path: crumbs?.path ?? null,
    breadcrumb_tail:
      crumbs?.lines.map((line) => plainText(line, LONGEST_LINE)) ?? null,
    lock,
    mode: mode === null ? null : {
      current: mode.mode,
      env_var: "METALGUARD_MODE",
      description: mode.description,
      details: modeJson(mode),
    },
    ...layers,
    findings: view.findings.slice(0, MOST_FINDINGS),
    health: view.health,
    panics_window_hours: view.panicWindowHours,
    version: options.version,
  };
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

/** With `+00:00` and milliseconds, which is what the oldest Python in use can read. */
function capturedAtText(at: Temporal.Instant): string {
  return at.toString({ timeZone: "UTC", fractionalSecondDigits: 3 });
}
