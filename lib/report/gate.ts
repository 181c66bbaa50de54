import { formatCivilTime, formatUtc } from "../core/civil_time.ts";
import { plainText } from "../core/plain_text.ts";
import type {
  CooldownVerdict,
  NewestPanic,
} from "../policy/cooldown_verdict.ts";
import type { Suspect } from "../policy/suspects.ts";
import { formatDistance, formatLocalTime } from "./local_time.ts";
import { panicJson, taskWords } from "./panic_words.ts";
import { findingBlocks } from "./finding_words.ts";
import { labelled, type TextStyle, type Tone } from "./text_style.ts";

/** Local zone and look. */
export interface GateTextOptions {
  /** IANA name of the local zone. */
  readonly timeZone: string;
  /** Plain or coloured. */
  readonly style: TextStyle;
}

/** The gate's answer as JSON: the seed's five keys first, then ours. */
export function gateJson(
  verdict: CooldownVerdict,
  timeZone: string,
): Record<string, unknown> {
  const civil = (at: Temporal.Instant | null): string | null =>
    at === null ? null : formatCivilTime(at, timeZone);
  const utc = (at: Temporal.Instant | null): string | null =>
    at === null ? null : formatUtc(at);
  const [newest] = verdict.gpuPanics;
  return {
    exit_code: verdict.exitCode,
    reason: verdict.verdict.reason,
    recent_panics_24h: verdict.recentPanics24h,
    recent_panics_72h: verdict.recentPanics72h,
    cooldown_until: civil(verdict.cooldownUntil),
    cooldown_until_utc: utc(verdict.cooldownUntil),
    clear_at: civil(verdict.clearAt),
    clear_at_utc: utc(verdict.clearAt),
    abort_count_24h: verdict.abortCount24h,
    kind: verdict.kind,
    causes: verdict.causes.map((cause) => ({
      kind: cause.kind,
      until_utc: utc(cause.until),
    })),
    newest_panic: newest === undefined ? null : panicJson(newest.record),
    gpu_panics_seen: verdict.gpuPanics.length,
    unreadable_reports: verdict.unreadableReports.map((report) => ({
      path: report.path,
      message: report.message,
      fix: report.fix,
    })),
    suspects: verdict.suspects.map((suspect) => ({
      at_utc: utc(suspect.at),
      because: suspect.because,
      what: suspect.what,
      boot: suspect.boot,
    })),
    findings: verdict.findings,
    how_to_clear: verdict.howToClear,
  };
}

/** The gate's answer for somebody at 3 a.m.: what happened, why it waits, until when, and the way out. */
export function gateText(
  verdict: CooldownVerdict,
  options: GateTextOptions,
): string {
  const { style } = options;
  const [newest] = verdict.gpuPanics;
  const blocks = [headline(verdict, options)];
  if (newest !== undefined) blocks.push(whatHappened(newest, verdict, options));
  const [suspect] = verdict.suspects;
  if (suspect !== undefined) {
    blocks.push(suspectBlock(suspect, verdict, options));
  }
  if (verdict.exitCode === 2) {
    blocks.push(labelled("Why", whyWords(verdict)));
    blocks.push(labelled("Until", untilWords(verdict, options.timeZone)));
  }
  if (verdict.unreadableReports.length > 0) {
    blocks.push(labelled(
      "Unreadable",
      verdict.unreadableReports.map((report) => plainText(report.message, 600))
        .join("\n"),
    ));
  }
  if (verdict.howToClear.length > 0) {
    blocks.push(labelled("What to do", verdict.howToClear.join("\n")));
  }
  if (newest !== undefined && verdict.exitCode === 2) {
    blocks.push(labelled("Afterwards", newest.signature.errorClass.nextStep));
  }
  blocks.push(...findingBlocks(verdict.findings, style));
  return `${blocks.join("\n\n")}\n`;
}

const TONES: { readonly [code: number]: readonly [Tone, string] } = {
  0: ["good", "GO"],
  2: ["bad", "WAIT"],
  3: ["warn", "CANNOT TELL"],
};

function headline(
  verdict: CooldownVerdict,
  options: GateTextOptions,
): string {
  const [tone, word] = TONES[verdict.exitCode] ?? ["bad", "WAIT"];
  return `${options.style.badge(tone, word)}  ${
    options.style.bold(headWords(verdict))
  }`;
}

/** The verdict in one sentence. */
export function headWords(verdict: CooldownVerdict): string {
  switch (verdict.kind) {
    case "kill_switch":
      return "the panic gate is switched off (METALGUARD_PANIC_GATE_DISABLED=1)";
    case "clear":
      return "no GPU panic in the last 24 hours: GPU work may start";
    case "expired":
      return "the last GPU panic lies far enough back: GPU work may start";
    case "ack":
      return "a person said to go on after the GPU panics: GPU work may start";
    case "absolute_max":
      return "the lockout has reached its maximum: GPU work may start";
    case "broken":
      return "records of kernel panics exist that cannot be read";
    case "sentinel":
      return "GPU work is on hold";
    case "cooldown":
      return verdict.causes.every((cause) => cause.kind === "suspect")
        ? "this Mac may have gone down under GPU work: GPU work has to wait"
        : "the GPU driver took this Mac down: GPU work has to wait";
    case "lockout":
      return "the GPU driver keeps taking this Mac down: GPU work is locked";
  }
}

function whatHappened(
  newest: NewestPanic,
  verdict: CooldownVerdict,
  options: GateTextOptions,
): string {
  const { record, signature } = newest;
  const task = taskWords(record);
  const lines = [
    `Kernel panic ${formatLocalTime(newest.at, options.timeZone, "floor")}, ${
      formatDistance(newest.at, verdict.askedAt)
    }.`,
    signature.errorClass.plainWords,
    `Signature ${signature.id}: ${signature.explanation}`,
  ];
  if (task !== null) {
    lines.push(`Task at that moment: ${task}; it may be a bystander.`);
  }
  lines.push(`Report: ${plainText(record.sourceFile, 300)}`);
  const others = verdict.gpuPanics.length - 1;
  if (others > 0) {
    lines.push(
      `${others} more GPU panic${others > 1 ? "s" : ""} within 72 hours.`,
    );
  }
  return labelled("Happened", lines.join("\n"));
}

function suspectBlock(
  suspect: Suspect,
  verdict: CooldownVerdict,
  options: GateTextOptions,
): string {
  const others = verdict.suspects.length - 1;
  return labelled(
    "Suspected",
    [
      `${suspicionWords(suspect)}:`,
      `${plainText(suspect.what, 300)}, ${
        formatLocalTime(suspect.at, options.timeZone, "floor")
      }, ${formatDistance(suspect.at, verdict.askedAt)}.`,
      ...(others > 0 ? [`${others} more like it.`] : []),
    ].join("\n"),
  );
}

/** What speaks for a panic that no report tells of. */
export function suspicionWords({ because }: Suspect): string {
  return because === "no_end"
    ? "GPU work began and never ended, this Mac was started anew, and no report says why"
    : "A watchdog took this Mac down while GPU work was in flight";
}

/** Why it waits, a line for each cause, then the inequality. */
export function whyWords(verdict: CooldownVerdict): string {
  const lines: string[] = [];
  for (const cause of verdict.causes) {
    if (cause.kind === "sentinel" && verdict.hold !== null) {
      lines.push(holdWords(verdict));
    } else if (cause.kind === "cooldown") {
      lines.push(
        "A Mac that starts the same GPU work right after such a panic panics again within minutes.",
      );
    } else if (cause.kind === "suspect") {
      lines.push(
        "Not every kernel panic leaves a report; if this was one, the same work brings the next.",
      );
    } else if (cause.kind === "lockout") {
      lines.push(
        "This has happened too often to try again by itself: a person has to look first.",
      );
    }
  }
  if (verdict.kind !== "sentinel") lines.push(`(${verdict.verdict.reason})`);
  return lines.join("\n");
}

function holdWords(verdict: CooldownVerdict): string {
  const reason = verdict.hold?.reason ?? null;
  const because = reason === null ? "." : `: ${plainText(reason, 300)}`;
  switch (verdict.hold?.by) {
    case "person":
      return `A person set a hold${because}`;
    case "postmortem":
      return `The post-mortem set a hold${because}`;
    case "damaged":
      return `The hold file is damaged, so the longest hold is assumed${because}`;
    default:
      return `The Python metal-guard set a hold${because}`;
  }
}

/** Until when it waits, and on whom. */
export function untilWords(
  verdict: CooldownVerdict,
  timeZone: string,
): string {
  if (verdict.clearAt === null) return "a person clears it";
  const end = `${formatLocalTime(verdict.clearAt, timeZone)}, ${
    formatDistance(verdict.clearAt, verdict.askedAt)
  }`;
  const isLocked = verdict.causes.some((cause) => cause.kind === "lockout");
  return isLocked ? `a person says so, at the latest ${end}` : end;
}
