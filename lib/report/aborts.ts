import type { AbortKind, AbortRecord } from "../core/failure.ts";
import type { Finding } from "../core/finding.ts";
import { instantFromEpochSeconds } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import { findingBlocks } from "./finding_words.ts";
import { formatLocalTime } from "./local_time.ts";
import { taskWords } from "./panic_words.ts";
import type { TextStyle } from "./text_style.ts";

/** Failures that the machine survived, and what was out of order while reading them. */
export interface AbortsView {
  readonly aborts: readonly AbortRecord[];
  readonly windowHours: number;
  readonly findings: readonly Finding[];
}

/** The object that `aborts --json` prints. */
export function abortsJson(view: AbortsView): Record<string, unknown> {
  return {
    aborts_window_hours: view.windowHours,
    aborts_count: view.aborts.length,
    aborts: view.aborts.map((abort) => ({
      ts: abort.ts,
      kind: abort.kind,
      error_class: abort.errorClass,
      severity: abort.severity,
      recovery_hint: abort.recoveryHint,
      pid: abort.pid,
      process: abort.process === null ? null : plainText(abort.process),
      source_file: abort.sourceFile,
    })),
    findings: view.findings,
  };
}

const KINDS: ReadonlyMap<AbortKind, string> = new Map([
  ["process_abort", "A program died"],
  ["gpu_restart", "The GPU was reset"],
  ["jetsam_kill", "The system ended a program for memory"],
]);

/** The same for a person, newest first. */
export function abortsText(
  view: AbortsView,
  options: {
    readonly timeZone: string;
    readonly style: TextStyle;
    /** Plain words of a class, `undefined` for a class that has none. */
    readonly plainWords: (errorClass: string) => string | undefined;
  },
): string {
  const { style, timeZone } = options;
  const count = view.aborts.length;
  const head = count === 0
    ? `No survived failure in the last ${view.windowHours} h`
    : `${count} survived failure${
      count > 1 ? "s" : ""
    } in the last ${view.windowHours} h (they never close the gate)`;
  const blocks = view.aborts.map((abort) => {
    const at = instantFromEpochSeconds(abort.ts);
    const when = at === undefined
      ? "unknown time"
      : formatLocalTime(at, timeZone, "floor");
    const task = taskWords(abort);
    const name = abort.errorClass === "unknown" ? [] : [abort.errorClass];
    const title = [
      KINDS.get(abort.kind),
      ...(task === null ? [] : [task]),
      ...name,
    ]
      .join(" · ");
    const words = options.plainWords(abort.errorClass);
    return [
      `${when}  ${style.bold(title)}`,
      ...(words === undefined ? [] : [`    ${words}`]),
      style.dim(`    ${plainText(abort.sourceFile, 300)}`),
    ].join("\n");
  });
  return `${
    [head, ...blocks, ...findingBlocks(view.findings, style)].join("\n")
  }\n`;
}
