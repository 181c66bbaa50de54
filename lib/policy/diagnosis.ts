import type {
  AbortRecord,
  PanicRecord,
  PanicSignature,
} from "../core/failure.ts";
import { addMs, DAY_MS } from "../core/instant.ts";
import type { CooldownVerdict } from "./cooldown_verdict.ts";
import type { Suspect } from "./suspects.ts";

/** One thing that happened, newest knowledge of it first. */
export type Incident =
  | {
    readonly kind: "panic";
    /** When. */
    readonly at: Temporal.Instant;
    /** As the ledger holds it. */
    readonly record: PanicRecord;
    /** What its text gave away; `null` when nothing known stands there. */
    readonly signature: PanicSignature | null;
    /** Whether its own clock could be believed; otherwise the time is that of its file, or of its first sight. */
    readonly isTimeOwn: boolean;
    /** GPU work that was in flight, where that alone makes it suspect; `null` elsewhere. */
    readonly suspect: Suspect | null;
  }
  | {
    /** GPU work broke off with its boot, and no report says why. */
    readonly kind: "suspect";
    /** When the work began. */
    readonly at: Temporal.Instant;
    /** What is suspected. */
    readonly suspect: Suspect;
  }
  | {
    /** A failure that the machine survived. */
    readonly kind: "abort";
    /** When. */
    readonly at: Temporal.Instant;
    /** What failed. */
    readonly record: AbortRecord;
  };

/** What happened, in one word. */
export type Situation =
  | "gpu_panic"
  | "gpu_panic_loop"
  | "watchdog_with_gpu_work"
  | "watchdog"
  | "suspected_panic"
  | "other_panic"
  | "gpu_reset"
  | "memory_kill"
  | "process_abort"
  | "unreadable"
  | "nothing";

/**
 * How sure the cause is: `certain` where the system's own report names it, `likely` where it names only the part it lies
 * in, `possible` where nothing more than circumstances speak for it, `unknown` where nothing does.
 */
export type Certainty = "certain" | "likely" | "possible" | "unknown";

/** Why one cannot be surer. */
export type Doubt =
  | "empty_report"
  | "bystander"
  | "own_time"
  | "no_report"
  | "many_causes"
  | "unnamed"
  | "other_machine"
  | "unreadable"
  | "silent_panics";

/** What {@linkcode evaluateDiagnosis} judges. */
export interface DiagnosisFacts {
  /** The gate's answer; there is no second judgement of what holds. */
  readonly gate: CooldownVerdict;
  /** Kernel panics of the window, in any order. */
  readonly panics: readonly Extract<Incident, { kind: "panic" }>[];
  /** What looks like a panic without a report, in any order. */
  readonly suspects: readonly Suspect[];
  /** Failures that were survived, in any order. */
  readonly aborts: readonly Extract<Incident, { kind: "abort" }>[];
  /** Whether this machine is a Mac, as far as it says. */
  readonly isMac: boolean;
}

/** How many GPU panics make a loop: the gate's own counts. */
export interface DiagnosisOptions {
  /** In 24 h. */
  readonly lockoutCount24h: number;
  /** In 72 h. */
  readonly lockoutCount72h: number;
}

/** What happened and how sure that is. */
export interface Diagnosis {
  /** In one word. */
  readonly situation: Situation;
  /** What it rests on; `null` when nothing happened. */
  readonly incident: Incident | null;
  /** GPU panics of the last 72 h. */
  readonly gpuPanicCount: number;
  /** How sure the cause is. */
  readonly certainty: Certainty;
  /** Why not surer, the weightiest first. */
  readonly doubts: readonly Doubt[];
  /** Everything else that happened, newest first. */
  readonly others: readonly Incident[];
}

/**
 * Decides which of all things that happened is the one to tell somebody who was woken by it: what keeps GPU work away
 * now; else the newest that took the Mac down within a day; else the newest.
 *
 * It reports and refuses nothing: where the evidence cannot be read it says so, and does not say "nothing happened".
 *
 * @param facts Everything that is known.
 * @param options When several panics are a loop.
 */
export function evaluateDiagnosis(
  facts: DiagnosisFacts,
  options: DiagnosisOptions,
): Diagnosis {
  const incidents = gatherIncidents(facts);
  const incident = chosen(incidents, facts.gate) ?? null;
  const situation = situationOf(incident, facts, options);
  return {
    situation,
    incident,
    gpuPanicCount: facts.gate.gpuPanics.length,
    certainty: certaintyOf(situation, incident, facts),
    doubts: doubtsOf(situation, incident, facts),
    others: incidents.filter((one) => one !== incident),
  };
}

/** Newest first. A watchdog's report and the suspicion that rests on it are one thing. */
function gatherIncidents(facts: DiagnosisFacts): readonly Incident[] {
  const panics = facts.panics.map((panic) => ({
    ...panic,
    suspect: facts.suspects.find((suspect) =>
      suspect.because === "watchdog" &&
      Temporal.Instant.compare(suspect.at, panic.at) === 0
    ) ?? null,
  }));
  const folded = new Set(panics.map((panic) => panic.suspect));
  const suspects = facts.suspects.filter((suspect) => !folded.has(suspect))
    .map((suspect): Incident => ({
      kind: "suspect",
      at: suspect.at,
      suspect,
    }));
  return [...panics, ...suspects, ...facts.aborts].toSorted((a, b) =>
    Temporal.Instant.compare(b.at, a.at)
  );
}

function chosen(
  incidents: readonly Incident[],
  gate: CooldownVerdict,
): Incident | undefined {
  const holds = gate.causes.some((cause) => cause.kind !== "sentinel")
    ? incidents.find(mayHoldGate)
    : undefined;
  const since = addMs(gate.askedAt, -DAY_MS);
  const wentDown = incidents.find((one) =>
    one.kind !== "abort" && Temporal.Instant.compare(one.at, since) >= 0
  );
  return holds ?? wentDown ?? incidents[0];
}

function mayHoldGate(one: Incident): boolean {
  return one.kind === "suspect" ||
    (one.kind === "panic" &&
      (one.signature?.stopsGate === true || one.suspect !== null));
}

function situationOf(
  incident: Incident | null,
  { gate }: DiagnosisFacts,
  options: DiagnosisOptions,
): Situation {
  if (incident === null) {
    return gate.unreadableReports.length > 0 ? "unreadable" : "nothing";
  }
  if (incident.kind === "suspect") return "suspected_panic";
  if (incident.kind === "abort") {
    switch (incident.record.kind) {
      case "gpu_restart":
        return "gpu_reset";
      case "jetsam_kill":
        return "memory_kill";
      case "process_abort":
        return "process_abort";
    }
  }
  if (incident.suspect !== null) return "watchdog_with_gpu_work";
  if (incident.signature?.isSuspect === true) return "watchdog";
  if (incident.signature?.stopsGate !== true) return "other_panic";
  return isLoop(gate, options) ? "gpu_panic_loop" : "gpu_panic";
}

function isLoop(
  { askedAt, gpuPanics }: CooldownVerdict,
  options: DiagnosisOptions,
): boolean {
  const since = addMs(askedAt, -DAY_MS);
  const within24h = gpuPanics.filter(({ at }) =>
    Temporal.Instant.compare(at, since) >= 0
  );
  return within24h.length >= options.lockoutCount24h ||
    gpuPanics.length >= options.lockoutCount72h;
}

/** Classes that say where a panic was raised, and no more. */
const UNNAMED: ReadonlySet<string> = new Set(["iogpu_other", "gpu_firmware"]);

function isUnnamed(incident: Incident | null): boolean {
  return incident?.kind === "panic" &&
    UNNAMED.has(incident.signature?.id ?? "");
}

/** Named like a kernel panic's, and nothing of one in it: garbage, or a report cut before it began. */
function isEmptyReport(incident: Incident | null): boolean {
  if (incident?.kind !== "panic" || incident.signature !== null) return false;
  const { bootSessionUuid, osBuild, pid, process } = incident.record;
  return bootSessionUuid === null && osBuild === null && pid === null &&
    process === null;
}

function certaintyOf(
  situation: Situation,
  incident: Incident | null,
  { isMac }: DiagnosisFacts,
): Certainty {
  switch (situation) {
    case "gpu_panic":
    case "gpu_panic_loop":
      return isUnnamed(incident) ? "likely" : "certain";
    case "watchdog_with_gpu_work":
    case "suspected_panic":
      return "possible";
    case "gpu_reset":
    case "memory_kill":
      return "certain";
    case "process_abort":
      return incident?.kind === "abort" &&
          incident.record.errorClass !== "unknown"
        ? "certain"
        : "unknown";
    case "nothing":
      return isMac ? "likely" : "unknown";
    case "watchdog":
    case "other_panic":
    case "unreadable":
      return "unknown";
  }
}

function doubtsOf(
  situation: Situation,
  incident: Incident | null,
  facts: DiagnosisFacts,
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (isEmptyReport(incident)) doubts.push("empty_report");
  const isWatchdog = situation === "watchdog" ||
    situation === "watchdog_with_gpu_work";
  if (situation === "suspected_panic") doubts.push("no_report");
  if (isWatchdog) doubts.push("many_causes");
  if (isUnnamed(incident)) doubts.push("unnamed");
  if (
    incident?.kind === "panic" && !isWatchdog &&
    (incident.record.process !== null || incident.record.pid !== null)
  ) doubts.push("bystander");
  if (incident?.kind === "panic" && !incident.isTimeOwn) {
    doubts.push("own_time");
  }
  if (facts.gate.unreadableReports.length > 0 && situation !== "unreadable") {
    doubts.push("unreadable");
  }
  if (!facts.isMac) doubts.push("other_machine");
  if (situation === "nothing" && facts.isMac) doubts.push("silent_panics");
  return doubts;
}
