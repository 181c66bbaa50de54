import type {
  AbortRecord,
  PanicRecord,
  PanicSignature,
} from "../../lib/core/failure.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import type { CooldownVerdict } from "../../lib/policy/cooldown_verdict.ts";
import type { Diagnosis, Incident } from "../../lib/policy/diagnosis.ts";
import type {
  DiagnosisTextOptions,
  DiagnosisView,
} from "../../lib/report/diagnosis_view.ts";
import { textStyle } from "../../lib/report/text_style.ts";

/** When a diagnosis is asked for. */
export const ASKED = Temporal.Instant.from("2026-11-24T03:00:00Z");

/** That many minutes after {@linkcode ASKED}. */
export function minutes(count: number): Temporal.Instant {
  return ASKED.add({ milliseconds: Math.round(count * 60_000) });
}

/** How a text is written in tests. */
export const OPTIONS: DiagnosisTextOptions = {
  timeZone: "UTC",
  style: textStyle({ color: false, emoji: false }),
  classes: [{
    name: "jetsam_kill",
    severity: "system_oom",
    recoveryHint: "reduce_load",
    upstream: [],
    plainWords: "Memory was gone.",
    nextStep: "Take less.",
  }],
};

/** A signature; by default the GPU driver's. */
export function signature(
  changes: Partial<PanicSignature> = {},
): PanicSignature {
  return {
    id: "lost_count",
    explanation: "It lost count.",
    stopsGate: true,
    isSuspect: false,
    errorClass: {
      name: "iogpu_lost_count",
      severity: "kernel_panic",
      recoveryHint: "wait_lockout",
      upstream: [],
      plainWords: "The driver is to blame.",
      nextStep: "Wait, then take less.",
    },
    ...changes,
  };
}

/** A kernel panic `count` minutes from {@linkcode ASKED}. */
export function panicAt(
  count: number,
  changes: Partial<Extract<Incident, { kind: "panic" }>> = {},
  record: Partial<PanicRecord> = {},
): Extract<Incident, { kind: "panic" }> {
  const at = minutes(count);
  return {
    kind: "panic",
    at,
    signature: signature(),
    isTimeOwn: true,
    suspect: null,
    record: {
      ts: at.epochMilliseconds / 1_000,
      signature: "lost_count",
      explanation: null,
      pid: 812,
      sourceFile: "/r/a.panic",
      bootSessionUuid: null,
      process: "python3.13",
      osBuild: "25F84",
      kextVersion: "130.15.2",
      ...record,
    },
    ...changes,
  };
}

/** A survived failure `count` minutes from {@linkcode ASKED}. */
export function abortAt(
  count: number,
  changes: Partial<AbortRecord> = {},
): Extract<Incident, { kind: "abort" }> {
  const at = minutes(count);
  return {
    kind: "abort",
    at,
    record: {
      ts: at.epochMilliseconds / 1_000,
      kind: "jetsam_kill",
      errorClass: "jetsam_kill",
      severity: "system_oom",
      recoveryHint: "reduce_load",
      pid: 4,
      process: "python3.13",
      sourceFile: "/r/j.ips",
      ...changes,
    },
  };
}

/** The gate's answer; by default it is open. */
export function gateOf(
  changes: Partial<CooldownVerdict> = {},
): CooldownVerdict {
  return {
    kind: "clear",
    exitCode: 0,
    verdict: { kind: "proceed", reason: "nothing" },
    recentPanics24h: 0,
    recentPanics72h: 0,
    abortCount24h: 0,
    cooldownUntil: null,
    causes: [],
    clearAt: null,
    askedAt: ASKED,
    gpuPanics: [],
    suspects: [],
    hold: null,
    unreadableReports: [],
    findings: [],
    howToClear: [],
    ...changes,
  };
}

/** The gate while it waits for a panic. */
export function closedGate(): CooldownVerdict {
  return gateOf({
    kind: "cooldown",
    exitCode: 2,
    verdict: {
      kind: "wait",
      until: minutes(90),
      reason: "0.5 h < 2 h",
      wayOut: "wait",
    },
    causes: [{ kind: "cooldown", until: minutes(90) }],
    clearAt: minutes(90),
    howToClear: ["Wait for it:\n$ metal-guard panic-gate --wait"],
  });
}

/** What was judged; by default a GPU panic half an hour ago. */
export function diagnosisOf(changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    situation: "gpu_panic",
    incident: panicAt(-30),
    gpuPanicCount: 1,
    certainty: "certain",
    doubts: [],
    others: [],
    ...changes,
  };
}

/** Everything that is told; by default little is known. */
export function viewOf(changes: Partial<DiagnosisView> = {}): DiagnosisView {
  return {
    askedAt: ASKED,
    windowMs: 604_800_000,
    exitCode: 1,
    diagnosis: diagnosisOf(),
    gate: gateOf(),
    running: known({
      work: [],
      model: null,
      certainty: "unknown",
      lastCrumbs: [],
    }),
    model: null,
    driver: null,
    changes: unknown("no record"),
    python: unknown("no Python"),
    blocked: [],
    advisories: [],
    machine: {
      platform: "darwin",
      chip: known("Apple M4"),
      osBuild: known("25F84"),
      driverVersion: known("130.15.2"),
    },
    findings: [],
    ...changes,
  };
}
