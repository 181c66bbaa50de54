import { plainText, shellWord } from "../../lib/core/plain_text.ts";
import {
  formatBreadcrumb,
  tryParseBreadcrumb,
} from "../../lib/parse/breadcrumb_line.ts";
import { tryParseCivilTime } from "../../lib/parse/civil_time.ts";
import { maskedCommandLine } from "../../lib/parse/command_line.ts";
import { tryParseDuration } from "../../lib/parse/duration.ts";
import {
  classifyAbort,
  classifyFailure,
  classifyMlxError,
  detectPanicSignature,
  isKernelPanicSignature,
  isListingOfFailures,
  isMetalOom,
  isNarrowGateMatch,
  isProcessAbortSignature,
  matchAllPanicSignatures,
  matchPanicSignature,
  matchReport,
} from "../../lib/parse/failure_text.ts";
import { hasGpuOwner } from "../../lib/parse/gpu_owner.ts";
import { parseGpuRestart } from "../../lib/parse/gpu_restart.ts";
import { tryParseHardwareUuid } from "../../lib/parse/hardware_uuid.ts";
import { parseJetsamEvent } from "../../lib/parse/jetsam_event.ts";
import {
  findJsonString,
  readJsonInteger,
  readJsonString,
  unescapeJson,
} from "../../lib/parse/json_slice.ts";
import {
  fieldAfter,
  parseBootSessionUuid,
  parseCalendar,
  parseIogpuVersion,
  parseLastStartedKext,
  parseOsBuild,
  parsePanickedPid,
  parsePanickedTask,
} from "../../lib/parse/panic_fields.ts";
import {
  parsePanicEvidence,
  parsePanicReport,
} from "../../lib/parse/panic_report.ts";
import { isPanicText, panicLineOf } from "../../lib/parse/panic_statement.ts";
import { parseProcFiles, tryParseProcStat } from "../../lib/parse/proc_stat.ts";
import { parseProcessReport } from "../../lib/parse/process_report.ts";
import {
  descendantsOf,
  parseResidentTotal,
  tryParsePsLine,
} from "../../lib/parse/ps_output.ts";
import { tryParseReportName } from "../../lib/parse/report_name.ts";
import {
  decodeReportBytes,
  splitReport,
  stripControl,
} from "../../lib/parse/report_text.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import type { FuzzJudge, FuzzTarget } from "./run.ts";
import {
  COMMAND_LINES,
  CRUMBS,
  DURATIONS,
  failureTexts,
  IOREG,
  PROC_FILES,
  PS_LINES,
  REPORT_NAMES,
  reportTexts,
  TIMES,
} from "./samples.ts";

const NOW = Temporal.Instant.from("2026-10-25T01:00:00Z");

/** A parser as a target: it refuses nothing by throwing. */
function target(
  covers: string | readonly string[],
  samples: readonly string[],
  read: (text: string) => unknown,
  judge?: (text: string) => void,
): FuzzTarget {
  const names = typeof covers === "string" ? [covers] : covers;
  return {
    name: names.join(", "),
    covers: names,
    mayRefuse: false,
    samples,
    read(text): FuzzJudge | undefined {
      read(text);
      return judge === undefined ? undefined : () => judge(text);
    },
  };
}

/** Parsers of reports and failure texts. */
export function reportTargets(): readonly FuzzTarget[] {
  const reports = reportTexts();
  const failures = failureTexts();
  const tables = FAILURE_TABLES;
  return [
    target(
      "parsePanicReport",
      reports,
      (text) => parsePanicReport(text, tables),
    ),
    target(
      "parsePanicEvidence",
      reports,
      (text) => parsePanicEvidence(text, tables),
    ),
    target(
      "parseProcessReport",
      reports,
      (text) => parseProcessReport(text, tables),
    ),
    target(
      "parseJetsamEvent",
      reports,
      (text) => parseJetsamEvent(text, tables),
    ),
    target("parseGpuRestart", reports, (text) => parseGpuRestart(text, tables)),
    target("classifyFailure", failures, (text) => {
      classifyFailure(text, tables);
    }),
    target(
      ["classifyAbort", "matchPanicSignature"],
      failures,
      (text) => {
        classifyAbort(text, tables);
        matchPanicSignature(text, tables);
      },
    ),
    target(
      ["matchAllPanicSignatures", "matchReport"],
      failures,
      (text) => {
        matchAllPanicSignatures(text, tables);
        matchReport(text, text, tables);
      },
    ),
    target(
      [
        "classifyMlxError",
        "detectPanicSignature",
        "isKernelPanicSignature",
        "isProcessAbortSignature",
        "isMetalOom",
        "isNarrowGateMatch",
        "isListingOfFailures",
        "hasGpuOwner",
      ],
      failures,
      (text) => {
        classifyMlxError(text, tables);
        detectPanicSignature(text, tables);
        isKernelPanicSignature(text, tables);
        isProcessAbortSignature(text, tables);
        isMetalOom(text);
        isNarrowGateMatch(text);
        isListingOfFailures(text, tables);
        hasGpuOwner(text);
      },
    ),
    target(
      [
        "parsePanickedPid",
        "parsePanickedTask",
        "parseCalendar",
        "parseBootSessionUuid",
        "parseOsBuild",
        "parseIogpuVersion",
        "parseLastStartedKext",
      ],
      reports,
      (text) => {
        parsePanickedPid(text);
        parsePanickedTask(text);
        parseCalendar(text);
        parseBootSessionUuid(text);
        parseOsBuild(text);
        parseIogpuVersion(text);
        parseLastStartedKext(text);
        fieldAfter(text, "Process:");
      },
    ),
    target(["isPanicText", "panicLineOf"], reports, (text) => {
      isPanicText(text);
      panicLineOf(text);
    }),
    target(
      ["findJsonString", "readJsonString", "readJsonInteger", "unescapeJson"],
      reports,
      (text) => {
        findJsonString(text, "panicString");
        readJsonString(text, "procName");
        readJsonInteger(text, "pid");
        unescapeJson(text);
      },
    ),
    target(["decodeReportBytes", "splitReport", "stripControl"], reports, (
      text,
    ) => {
      const bytes = new Uint8Array(text.length);
      for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
      splitReport(stripControl(decodeReportBytes(bytes)));
    }),
  ];
}

/** Parsers of lines, names, times and what the system's programs print. */
export function lineTargets(): readonly FuzzTarget[] {
  return [
    target("tryParseBreadcrumb", CRUMBS, (text) => {
      tryParseBreadcrumb(text, { timeZone: "Europe/Paris", now: NOW });
    }, judgeBreadcrumb),
    target("tryParseCivilTime", TIMES, (text) => {
      tryParseCivilTime(text, "Europe/Paris");
      tryParseCivilTime(text, "Pacific/Apia");
    }),
    target("tryParseDuration", DURATIONS, tryParseDuration),
    target(
      "maskedCommandLine",
      COMMAND_LINES,
      (text) => maskedCommandLine(text.split(" ")),
    ),
    target("tryParseHardwareUuid", IOREG, tryParseHardwareUuid),
    target(["tryParseProcStat", "parseProcFiles"], PROC_FILES, (text) => {
      tryParseProcStat(text);
      parseProcFiles(text, 77);
    }),
    target("parseResidentTotal", ["  77   1024\n   1     16\n"], (text) => {
      parseResidentTotal(text, [1, 77]);
    }),
    target(["tryParsePsLine", "descendantsOf"], PS_LINES, (text) => {
      const lines = text.split("\n").flatMap((line) =>
        tryParsePsLine(line) ?? []
      );
      descendantsOf(lines, 1);
    }),
    target("tryParseReportName", REPORT_NAMES, tryParseReportName),
    {
      ...target([], [...REPORT_NAMES, ...CRUMBS], (text) => {
        plainText(text);
        shellWord(text);
      }, judgeShown),
      name: "plainText, shellWord",
    },
  ];
}

/** What was read of a line can be written, and reads as a line again. */
function judgeBreadcrumb(text: string): void {
  const options = { timeZone: "Europe/Paris", now: NOW };
  const crumb = tryParseBreadcrumb(text, options);
  if (crumb === undefined) return;
  const { at, tag, payload, meta } = crumb;
  const line = formatBreadcrumb({
    at,
    timeZone: options.timeZone,
    tag,
    ...(payload === undefined ? {} : { payload }),
    meta: Object.fromEntries(meta),
  });
  // A year of more than four digits has no place in a line.
  if (
    tryParseBreadcrumb(line, options) === undefined && !/^\[[+-]/.test(line)
  ) {
    throw new Error(`a line that was written is none: ${line}`);
  }
}

/** Nothing that a terminal obeys is left of any text. */
function judgeShown(text: string): void {
  // deno-lint-ignore no-control-regex
  const obeyed = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
  if (obeyed.test(plainText(text)) || obeyed.test(shellWord(text))) {
    throw new Error("a control character would reach a terminal");
  }
}
