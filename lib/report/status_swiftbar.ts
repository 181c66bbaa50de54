import { plainText } from "../core/plain_text.ts";
import type { Health } from "../policy/health.ts";
import { headWords } from "./gate.ts";
import { formatLocalTime, formatSpan } from "./local_time.ts";
import { gpuWords, machineWords, memoryWords } from "./machine_words.ts";
import { processLayersRows } from "./status_layers.ts";
import type { StatusSnapshot } from "./status_snapshot.ts";

const SYMBOLS: { readonly [K in Health]: string } = {
  ok: "🟢",
  warn: "🟡",
  critical: "🔴",
};

/** Findings that the menu names. */
const MOST_FINDINGS = 5;
const LONGEST_ROW = 120;

/**
 * A menu for SwiftBar or xbar: the title, and behind `---` a row a fact. Nothing in it can be clicked: what reports and
 * logs say must never become a command or a link.
 *
 * @param view The picture.
 * @param options The local zone.
 */
export function statusSwiftbar(
  view: StatusSnapshot,
  options: { readonly timeZone: string; readonly version: string },
): string {
  const { timeZone, version } = options;
  const gate = view.gate.kind === "known" ? view.gate.value : undefined;
  const panics = view.panics.kind === "known"
    ? `${view.panics.value.length} kernel panics in ${view.panicWindowHours} h`
    : `kernel panics unknown: ${view.panics.because}`;
  const rows = [
    gate === undefined ? "gate unknown" : headWords(gate),
    ...(gate === undefined || gate.clearAt === null
      ? []
      : [`until ${formatLocalTime(gate.clearAt, timeZone)}`]),
    panics,
    machineWords(view.machine),
    `memory ${memoryWords(view.machine)}`,
    `GPU ${gpuWords(view.machine)}`,
    ...processLayersRows(view, { timeZone, now: view.capturedAt }),
  ].map((text) => row(text));
  const notes = view.findings.slice(0, MOST_FINDINGS)
    .map(({ message }) => row(message));
  return [
    `${SYMBOLS[view.health]} ${title(view)}`,
    "---",
    ...rows,
    ...(notes.length === 0 ? [] : ["---", ...notes]),
    "---",
    row(
      `metal-guard ${version}, ${
        formatLocalTime(view.capturedAt, timeZone, "floor")
      }`,
    ),
    "Refresh | refresh=true",
    "",
  ].join("\n");
}

/** What fits into a menu bar. */
function title({ gate, health, capturedAt }: StatusSnapshot): string {
  if (gate.kind === "unknown") return "?";
  const { exitCode, clearAt } = gate.value;
  if (exitCode === 0) return health === "ok" ? "GO" : "GO, look";
  if (exitCode !== 2) return "?";
  return clearAt === null
    ? "WAIT"
    : `WAIT ${
      formatSpan(clearAt.epochMilliseconds - capturedAt.epochMilliseconds)
    }`;
}

/** One row: no line break, no bar that would begin its options, no dash that would make it a submenu. */
function row(text: string): string {
  return plainText(text.replace(/\s+/g, " "), LONGEST_ROW)
    .replaceAll("|", "¦").replace(/^-+/, "");
}
