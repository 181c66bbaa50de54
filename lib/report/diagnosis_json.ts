import { formatUtc } from "../core/civil_time.ts";
import { HOUR_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import type { AdvisoryHit, BlockedHit } from "../policy/advisories.ts";
import type { Incident } from "../policy/diagnosis.ts";
import { diagnosisSteps } from "./diagnosis_steps.ts";
import type {
  ChangeNote,
  DiagnosisTextOptions,
  DiagnosisView,
} from "./diagnosis_view.ts";
import {
  certaintyWords,
  doubtWords,
  happenedWords,
  headlineWords,
} from "./diagnosis_words.ts";
import { gateJson } from "./gate.ts";
import { valueOf } from "./machine_words.ts";
import { panicJson } from "./panic_words.ts";
import { registryCheckJson } from "./registry_check.ts";

/** The object that `diagnose --json` prints. */
export function diagnosisJson(
  view: DiagnosisView,
  options: Omit<DiagnosisTextOptions, "style"> & {
    readonly version: string;
    readonly exitCode: number;
  },
): Record<string, unknown> {
  const { diagnosis, machine } = view;
  return {
    version: options.version,
    exit_code: options.exitCode,
    captured_at: formatUtc(view.askedAt),
    window_hours: view.windowMs / HOUR_MS,
    situation: diagnosis.situation,
    headline: headlineWords(view),
    what_happened: {
      incident: diagnosis.incident === null
        ? null
        : incidentJson(diagnosis.incident),
      words: happenedWords(view, options),
      gpu_panics_72h: diagnosis.gpuPanicCount,
      others: diagnosis.others.map(incidentJson),
    },
    how_sure: {
      certainty: diagnosis.certainty,
      words: certaintyWords(view),
      doubts: diagnosis.doubts.map((doubt) => ({
        code: doubt,
        words: doubtWords(doubt, view),
      })),
    },
    what_was_running: runningJson(view),
    what_changed: changedJson(view),
    what_to_do: diagnosisSteps(view, options.classes),
    panic_cooldown: gateJson(view.gate, options.timeZone),
    machine: {
      platform: machine.platform,
      chip: valueOf(machine.chip),
      os_build: valueOf(machine.osBuild),
      gpu_driver: valueOf(machine.driverVersion),
    },
    findings: view.findings,
  };
}

function runningJson(
  { running, model }: DiagnosisView,
): Record<string, unknown> {
  const found = running?.kind === "known" ? running.value : null;
  return {
    certainty: found?.certainty ?? null,
    model: found?.model ?? null,
    work: found === null ? null : found.work.map((work) => ({
      what: work.what,
      model: work.model,
      activity: work.activity,
      pid: work.pid,
      since: formatUtc(work.since),
      proof: work.proof,
      source: work.source,
      figures: work.figures,
    })),
    unknown_because: running?.kind === "unknown" ? running.because : null,
    registry: model === null ? null : registryJson(model),
  };
}

function registryJson(
  model: NonNullable<DiagnosisView["model"]>,
): Record<string, unknown> {
  const { exit_code: _code, ...rest } = registryCheckJson(model, 0);
  return rest;
}

function changedJson(view: DiagnosisView): Record<string, unknown> {
  const { changes, driver, python } = view;
  return {
    ...(changes.kind === "known" ? notedJson(changes.value) : {
      last_good_at: null,
      is_after_incident: null,
      is_dated: null,
      unknown_because: changes.because,
      pairs: null,
    }),
    python: python.kind === "unknown" ? null : {
      interpreter: python.value.interpreter,
      version: python.value.version,
    },
    blocked: view.blocked.map(blockedJson),
    advisories: view.advisories.map(adviceJson),
    driver: driver === null ? null : {
      iogpu_family: driver.version,
      os_build: driver.osBuild,
      source: driver.source,
      panics: driver.row?.panics ?? null,
    },
  };
}

function notedJson(note: ChangeNote): Record<string, unknown> {
  return {
    last_good_at: formatUtc(note.good.endedAt),
    is_after_incident: note.isAfter,
    is_dated: note.isDated,
    unknown_because: null,
    pairs: note.pairs.map((pair) => ({
      what: pair.what,
      state: pair.state,
      before: pair.before ?? null,
      now: pair.now ?? null,
      unknown_because: pair.because,
    })),
  };
}

function incidentJson(incident: Incident): Record<string, unknown> {
  const at = formatUtc(incident.at);
  switch (incident.kind) {
    case "panic":
      return {
        kind: "panic",
        at,
        panic: panicJson(incident.record),
        is_time_own: incident.isTimeOwn,
        in_flight: incident.suspect?.what ?? null,
      };
    case "suspect":
      return {
        kind: "suspect",
        at,
        because: incident.suspect.because,
        what: incident.suspect.what,
        boot: incident.suspect.boot,
      };
    case "abort": {
      const { record } = incident;
      return {
        kind: record.kind,
        at,
        error_class: record.errorClass,
        severity: record.severity,
        recovery_hint: record.recoveryHint,
        pid: record.pid,
        process: record.process === null ? null : plainText(record.process),
        source_file: record.sourceFile,
      };
    }
  }
}

function blockedJson(
  { release, version }: BlockedHit,
): Record<string, unknown> {
  return {
    package: release.package,
    version,
    severity: release.severity,
    reason: release.reason,
    upstream: release.upstream,
  };
}

function adviceJson(
  { advisory, version }: AdvisoryHit,
): Record<string, unknown> {
  return {
    package: advisory.package,
    version,
    issue: advisory.issue,
    severity: advisory.severity,
    url: advisory.url,
  };
}
