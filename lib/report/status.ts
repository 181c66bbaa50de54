import type { PanicRecord } from "../core/failure.ts";
import { instantFromEpochSeconds } from "../core/instant.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { Health } from "../policy/health.ts";
import { findingBlocks, unreadableBlocks } from "./finding_words.ts";
import { headWords } from "./gate.ts";
import { gpuWords, machineWords, memoryWords } from "./machine_words.ts";
import { formatLocalTime } from "./local_time.ts";
import { taskWords } from "./panic_words.ts";
import { processLayersRows } from "./status_layers.ts";
import type { StatusSnapshot } from "./status_snapshot.ts";
import { labelled, type TextStyle, type Tone } from "./text_style.ts";

/** Look, zone and version. */
export interface StatusTextOptions {
  readonly timeZone: string;
  readonly style: TextStyle;
  readonly version: string;
}

const TONES: { readonly [K in Health]: Tone } = {
  ok: "good",
  warn: "warn",
  critical: "bad",
};

/** The whole picture for a person. */
export function statusText(
  view: StatusSnapshot,
  options: StatusTextOptions,
): string {
  const { style } = options;
  return lines([
    `metal-guard ${options.version}  ${healthBadge(view.health, style)}`,
    "",
    labelled(
      "Gate",
      words(view.gate, (gate) => gateWords(gate, options.timeZone)),
    ),
    labelled("Panics", panicCountWords(view)),
    ...unreadableBlocks(unreadableOf(view)),
    labelled(
      "Mode",
      words(view.mode, (mode) => `${mode.mode}: ${mode.description}`),
    ),
    labelled("Machine", machineWords(view.machine)),
    labelled("Memory", memoryWords(view.machine)),
    labelled("GPU", gpuWords(view.machine)),
    ...processLayersRows(view, {
      timeZone: options.timeZone,
      now: view.capturedAt,
    }),
    labelled("Breadcrumbs", breadcrumbPlace(view) ?? "switched off"),
    ...indented(breadcrumbLines(view), style),
    ...findingBlocks(view.findings, style),
  ]);
}

/** Kernel panics for a person, newest first. */
export function panicsText(
  view: StatusSnapshot,
  options: StatusTextOptions,
): string {
  return lines([
    `${healthBadge(view.health, options.style)}  ${panicCountWords(view)}`,
    ...(view.panics.kind === "known" ? view.panics.value : [])
      .map((panic) => panicLine(panic, options)),
    ...unreadableBlocks(unreadableOf(view)),
    ...findingBlocks(view.findings, options.style),
  ]);
}

/** The breadcrumb log's tail for a person, and why there is none. */
export function breadcrumbText(
  view: StatusSnapshot,
  options: StatusTextOptions,
): string {
  const place = breadcrumbPlace(view);
  if (place === null) return lines(["Breadcrumbs are switched off."]);
  if (view.breadcrumbs.kind === "unknown") return lines([place]);
  const unread = view.findings.filter((one) =>
    one.code === "breadcrumbs-unreadable"
  );
  const crumbs = breadcrumbLines(view).map((line) => plainText(line, 4_096));
  const notes = findingBlocks(unread, options.style);
  return lines(
    crumbs.length + notes.length === 0
      ? [`No breadcrumbs in ${place}`]
      : [...crumbs, ...notes],
  );
}

/** The mode for a person. */
export function modeText(view: StatusSnapshot): string {
  const { mode } = view;
  return lines(
    mode.kind === "unknown" ? [labelled("Mode", words(mode, () => ""))] : [
      labelled("Mode", mode.value.mode),
      labelled("Means", mode.value.description),
      labelled("From", plainText(mode.value.envVar)),
    ],
  );
}

function words<T>(reading: Observed<T>, say: (value: T) => string): string {
  return reading.kind === "known"
    ? say(reading.value)
    : `unknown: ${plainText(reading.because, 300)}`;
}

function unreadableOf(
  { gate }: StatusSnapshot,
): CooldownVerdict["unreadableReports"] {
  return gate.kind === "known" ? gate.value.unreadableReports : [];
}

function breadcrumbLines({ breadcrumbs }: StatusSnapshot): readonly string[] {
  return breadcrumbs.kind === "known" ? breadcrumbs.value.lines : [];
}

function breadcrumbPlace({ breadcrumbs }: StatusSnapshot): string | null {
  return breadcrumbs.kind === "known" && breadcrumbs.value.path === null
    ? null
    : words(breadcrumbs, ({ path }) => plainText(path ?? "", 300));
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

function panicCountWords(
  { panics, panicWindowHours, gate }: StatusSnapshot,
): string {
  if (panics.kind === "unknown") return words(panics, () => "");
  const count = panics.value.length;
  const gpu = gate.kind === "known" ? gate.value.gpuPanics.length : 0;
  const noun = count === 1 ? "kernel panic" : "kernel panics";
  const share = gpu > 0 ? `, ${gpu} of the GPU driver within 72 h` : "";
  return `${count} ${noun} in the last ${panicWindowHours} h${share}`;
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
