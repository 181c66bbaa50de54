import { MIB } from "../core/bytes.ts";
import type { ErrorClass } from "../core/failure.ts";
import { plainText } from "../core/plain_text.ts";
import type { RunReportFile } from "../core/run_report.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** One thing that happened in a run. */
export interface RunEvent {
  /** When. */
  readonly at: Temporal.Instant;
  /** What. */
  readonly kind: string;
  /** Its figures. */
  readonly details: ReadonlyMap<string, unknown>;
}

/** What a report is made of. */
export interface RunReportFacts {
  /** What happened, oldest first. */
  readonly events: readonly RunEvent[];
  /** Limit of the footprint; `null` where there was none. */
  readonly limitBytes: number | null;
  /** Class of what the program said when it died; `undefined` where it said nothing known. */
  readonly errorClass: ErrorClass | undefined;
  /** What to limit the next run to; `null` where nothing is recommended. */
  readonly recommendedBytes: number | null;
  /** Command line and last words of the program, secrets masked; only where they were asked for. */
  readonly details?: { readonly command: string; readonly errors: string };
}

/** Version of the report's form; it only grows. */
export const RUN_REPORT_VERSION = "1.0";

/** What stands in a report of each event; nothing that the program said or was given. */
const FIGURES = [
  "attempt",
  "cause",
  "delay_ms",
  "exit_code",
  "left_behind",
  "limit_bytes",
  "peak_bytes",
  "processes",
  "reason",
  "signal",
  "source",
  "timed_out",
];

/** The report of a run as it stands, by `registry/schemas/run_report.schema.json`. */
export function runReport(facts: RunReportFacts): Record<string, unknown> {
  const { events } = facts;
  const end = events.findLast(({ kind }) => kind === "finished");
  const first = events[0];
  const decision = events.findLast(({ kind }) =>
    kind === "terminate" || kind === "kill"
  );
  return {
    schema_version: RUN_REPORT_VERSION,
    status: end === undefined ? "running" : "ended",
    started_at: first === undefined
      ? null
      : first.at.toString({ smallestUnit: "millisecond" }),
    ended_at: end === undefined
      ? null
      : end.at.toString({ smallestUnit: "millisecond" }),
    exit_code: numberOf(end, "exit_code"),
    cause: textOf(end, "cause") ??
      (end === undefined ? textOf(decision, "cause") : null),
    reason: textOf(decision, "reason"),
    attempts: events.filter(({ kind }) => kind === "started").length,
    peak_bytes: lastNumber(events, "peak_bytes"),
    limit_bytes: facts.limitBytes,
    recommended_max_footprint_bytes: facts.recommendedBytes,
    error_class: facts.errorClass === undefined ? null : {
      name: facts.errorClass.name,
      severity: facts.errorClass.severity,
      recovery_hint: facts.errorClass.recoveryHint,
      plain_words: facts.errorClass.plainWords,
      next_step: facts.errorClass.nextStep,
    },
    words: wordsOf(facts, end, decision),
    events: events.map((event) => ({
      at: isoOf(event.at),
      kind: event.kind,
      ...figuresOf(event),
    })),
    ...(facts.details === undefined ? {} : { details: facts.details }),
  };
}

function figuresOf(event: RunEvent): Record<string, unknown> {
  return Object.fromEntries(
    FIGURES.filter((name) => event.details.has(name))
      .map((name) => [name, event.details.get(name)]),
  );
}

function wordsOf(
  facts: RunReportFacts,
  end: RunEvent | undefined,
  decision: RunEvent | undefined,
): string {
  const died = facts.errorClass === undefined
    ? ""
    : ` It said: ${facts.errorClass.plainWords}`;
  if (decision !== undefined) {
    return `The guard ended the program: ${textOf(decision, "reason")}.${died}`;
  }
  if (end === undefined) {
    return "The run has not ended, or its guard died before it could say so.";
  }
  const code = numberOf(end, "exit_code") ?? 0;
  if (code === 0) return "The program ended well.";
  const signal = textOf(
    facts.events.findLast(({ kind }) => kind === "ended"),
    "signal",
  );
  return signal === null
    ? `The program ended by itself with exit code ${code}.${died}`
    : `The program was ended by ${signal}, not by the guard.${died}`;
}

function textOf(event: RunEvent | undefined, name: string): string | null {
  const value = event?.details.get(name);
  return typeof value === "string" ? value : null;
}

function numberOf(event: RunEvent | undefined, name: string): number | null {
  const value = event?.details.get(name);
  return typeof value === "number" ? value : null;
}

function lastNumber(events: readonly RunEvent[], name: string): number | null {
  const numbers = events.map((event) => numberOf(event, name))
    .filter((value) => value !== null);
  return numbers.length === 0 ? null : Math.max(...numbers);
}

/** Most events that a person is shown. */
const SHOWN_EVENTS = 40;

/** A report for a person. Everything in it is foreign. */
export function explainRunText(
  report: RunReportFile,
  options: { readonly style: TextStyle },
): string {
  const { style } = options;
  const tone = report.cause !== null || (report.exitCode ?? 0) !== 0
    ? "bad"
    : report.status === "ended"
    ? "good"
    : "warn";
  const state = report.cause !== null
    ? `ENDED BY THE GUARD (${report.cause})`
    : report.status === "ended"
    ? "ENDED"
    : "NOT ENDED";
  const line = (name: string, value: string | null): readonly string[] =>
    value === null ? [] : [labelled(name, plainText(value, 400))];
  const size = (bytes: number | null): string | null =>
    bytes === null ? null : `${(bytes / MIB).toFixed(1)} MiB`;
  const shown = report.events.slice(-SHOWN_EVENTS);
  return `${
    [
      labelled("Run", style.badge(tone, plainText(state, 80))),
      ...line("Because", report.words),
      ...line("Started", report.startedAt),
      ...line("Ended", report.endedAt),
      ...line("Exit code", report.exitCode?.toString() ?? null),
      ...line("Starts", report.attempts?.toString() ?? null),
      ...line("Peak", size(report.peakBytes)),
      ...line("Limit", size(report.limitBytes)),
      ...line(
        "Suggested",
        report.recommendedBytes === null
          ? null
          : `--max-footprint ${Math.round(report.recommendedBytes / MIB)}MiB`,
      ),
      ...line("Next step", report.nextStep),
      ...shown.flatMap(({ at, kind, reason }) =>
        line("Event", `${at} ${kind}${reason === null ? "" : `: ${reason}`}`)
      ),
    ].join("\n")
  }\n`;
}

function isoOf(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "millisecond" });
}
