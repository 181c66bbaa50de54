import type { PanicRecord } from "../core/failure.ts";
import type { Finding } from "../core/finding.ts";
import { instantFromEpochSeconds } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { Health } from "../policy/health.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import { findingBlocks, unreadableBlocks } from "./finding_words.ts";
import { gateJson, headWords } from "./gate.ts";
import { hardwareJson } from "./hardware.ts";
import {
  gpuJson,
  gpuWords,
  machineWords,
  memoryJson,
  memoryWords,
} from "./machine_words.ts";
import { formatLocalTime } from "./local_time.ts";
import { panicJson, taskWords } from "./panic_words.ts";
import {
  lockHolderJson,
  processLayersJson,
  processLayersRows,
  type ProcessLayersView,
} from "./status_layers.ts";
import { labelled, type TextStyle, type Tone } from "./text_style.ts";

/** What the status shows: one picture of all layers. */
export interface StatusView extends ProcessLayersView {
  readonly capturedAt: Temporal.Instant;
  readonly health: Health;
  readonly exitCode: 0 | 1 | 2;
  readonly panicWindowHours: number;
  readonly panics: readonly PanicRecord[];
  readonly gate: CooldownVerdict;
  readonly mode: {
    readonly mode: string;
    readonly description: string;
    readonly envVar: string;
  };
  readonly machine: MachineChecks;
  readonly breadcrumbPath: string | null;
  readonly breadcrumbLines: readonly string[];
  readonly findings: readonly Finding[];
}

/** Look, zone and version. */
export interface StatusTextOptions {
  readonly timeZone: string;
  readonly style: TextStyle;
  readonly version: string;
}

/** The object that `status`, `panics`, `breadcrumb` and `mode` print with `--json`. */
export function statusJson(
  view: StatusView,
  options: { readonly timeZone: string; readonly version: string },
): Record<string, unknown> {
  return {
    version: options.version,
    health: view.health,
    exit_code: view.exitCode,
    panics_window_hours: view.panicWindowHours,
    panics_count: view.panics.length,
    panics: view.panics.map(panicJson),
    mlx_lock: lockHolderJson(view.lock),
    mode: {
      mode: view.mode.mode,
      description: view.mode.description,
      env_var: view.mode.envVar,
    },
    memory: memoryJson(view.machine),
    breadcrumb: { path: view.breadcrumbPath, lines: view.breadcrumbLines },
    panic_cooldown: gateJson(view.gate, options.timeZone),
    ...processLayersJson(view),
    hardware: hardwareJson(view.machine),
    gpu: gpuJson(view.machine),
    findings: view.findings,
  };
}

const TONES: { readonly [K in Health]: Tone } = {
  ok: "good",
  warn: "warn",
  critical: "bad",
};

/** The whole picture for a person. */
export function statusText(
  view: StatusView,
  options: StatusTextOptions,
): string {
  const { style } = options;
  return lines([
    `metal-guard ${options.version}  ${healthBadge(view.health, style)}`,
    "",
    labelled("Gate", gateWords(view.gate, options.timeZone)),
    labelled("Panics", panicCountWords(view)),
    ...unreadableBlocks(view.gate.unreadableReports),
    labelled("Mode", `${view.mode.mode}: ${view.mode.description}`),
    labelled("Machine", machineWords(view.machine)),
    labelled("Memory", memoryWords(view.machine)),
    labelled("GPU", gpuWords(view.machine)),
    ...processLayersRows(view, {
      timeZone: options.timeZone,
      now: view.capturedAt,
    }),
    labelled("Breadcrumbs", breadcrumbPlace(view) ?? "switched off"),
    ...indented(view.breadcrumbLines, style),
    ...findingBlocks(view.findings, style),
  ]);
}

/** Kernel panics for a person, newest first. */
export function panicsText(
  view: StatusView,
  options: StatusTextOptions,
): string {
  return lines([
    `${healthBadge(view.health, options.style)}  ${panicCountWords(view)}`,
    ...view.panics.map((panic) => panicLine(panic, options)),
    ...unreadableBlocks(view.gate.unreadableReports),
    ...findingBlocks(view.findings, options.style),
  ]);
}

/** The breadcrumb log's tail for a person, and why there is none. */
export function breadcrumbText(
  view: StatusView,
  options: StatusTextOptions,
): string {
  const place = breadcrumbPlace(view);
  if (place === null) return lines(["Breadcrumbs are switched off."]);
  const unread = view.findings.filter((one) =>
    one.code === "breadcrumbs-unreadable"
  );
  const crumbs = view.breadcrumbLines.map((line) => plainText(line, 4_096));
  const notes = findingBlocks(unread, options.style);
  return lines(
    crumbs.length + notes.length === 0
      ? [`No breadcrumbs in ${place}`]
      : [...crumbs, ...notes],
  );
}

/** The mode for a person. */
export function modeText(view: StatusView): string {
  return lines([
    labelled("Mode", view.mode.mode),
    labelled("Means", view.mode.description),
    labelled("From", plainText(view.mode.envVar)),
  ]);
}

function breadcrumbPlace(view: StatusView): string | null {
  return view.breadcrumbPath === null
    ? null
    : plainText(view.breadcrumbPath, 300);
}

function healthBadge(health: Health, style: TextStyle): string {
  return style.badge(TONES[health], health.toUpperCase());
}

function gateWords(gate: CooldownVerdict, timeZone: string): string {
  const words = headWords(gate);
  return gate.clearAt === null
    ? words
    : `${words}\nuntil ${
      formatLocalTime(gate.clearAt, timeZone)
    }; metal-guard panic-gate says more`;
}

function panicCountWords(view: StatusView): string {
  const count = view.panics.length;
  const gpu = view.gate.gpuPanics.length;
  const noun = count === 1 ? "kernel panic" : "kernel panics";
  const share = gpu > 0 ? `, ${gpu} of the GPU driver within 72 h` : "";
  return `${count} ${noun} in the last ${view.panicWindowHours} h${share}`;
}

function panicLine(panic: PanicRecord, options: StatusTextOptions): string {
  const at = instantFromEpochSeconds(panic.ts);
  const when = at === undefined
    ? "unknown time"
    : formatLocalTime(at, options.timeZone, "floor");
  const task = taskWords(panic);
  const details = [
    panic.signature === "unknown" ? "unknown cause" : panic.signature,
    ...(task === null ? [] : [task]),
    ...(panic.osBuild === null ? [] : [panic.osBuild]),
  ].join(" · ");
  return `${when}  ${options.style.bold(details)}\n    ${
    options.style.dim(plainText(panic.sourceFile, 300))
  }`;
}

function indented(
  crumbs: readonly string[],
  style: TextStyle,
): readonly string[] {
  return crumbs.map((line) => style.dim(`  ${plainText(line, 4_096)}`));
}

function lines(parts: readonly string[]): string {
  return `${parts.join("\n")}\n`;
}
