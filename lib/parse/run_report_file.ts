import { DecodeError } from "../core/error.ts";
import type { RunReportFile } from "../core/run_report.ts";
import {
  decodeJsonFields,
  isJsonObject,
  type JsonFields,
  type JsonValue,
} from "./state/json_text.ts";

/** A report with more is cut: a person reads the last ones. */
const MAX_EVENTS = 1_000;

/**
 * Reads a run's report.
 *
 * @throws {DecodeError} If it is none.
 */
export function decodeRunReport(text: string): RunReportFile {
  const fields = decodeJsonFields(text, "run report");
  const status = textAt(fields, "status");
  const words = textAt(fields, "words");
  if (
    textAt(fields, "schema_version")?.startsWith("1.") !== true ||
    status === null || words === null
  ) {
    throw new DecodeError("Cannot read the run report: it is none of form 1");
  }
  const errorClass = fields.get("error_class");
  return {
    status,
    words,
    startedAt: textAt(fields, "started_at"),
    endedAt: textAt(fields, "ended_at"),
    exitCode: numberAt(fields, "exit_code"),
    cause: textAt(fields, "cause"),
    attempts: numberAt(fields, "attempts"),
    peakBytes: numberAt(fields, "peak_bytes"),
    limitBytes: numberAt(fields, "limit_bytes"),
    recommendedBytes: numberAt(fields, "recommended_max_footprint_bytes"),
    nextStep: errorClass !== undefined && isJsonObject(errorClass)
      ? textAt(new Map(Object.entries(errorClass)), "next_step")
      : null,
    events: eventsOf(fields.get("events")),
  };
}

function eventsOf(value: JsonValue | undefined): RunReportFile["events"] {
  if (!Array.isArray(value)) return [];
  return value.slice(-MAX_EVENTS).flatMap((item: JsonValue) => {
    if (!isJsonObject(item)) return [];
    const event = new Map(Object.entries(item));
    const at = textAt(event, "at");
    const kind = textAt(event, "kind");
    return at === null || kind === null
      ? []
      : [{ at, kind, reason: textAt(event, "reason") }];
  });
}

function textAt(fields: JsonFields, name: string): string | null {
  const value = fields.get(name);
  return typeof value === "string" ? value : null;
}

function numberAt(fields: JsonFields, name: string): number | null {
  const value = fields.get(name);
  return typeof value === "number" ? value : null;
}
