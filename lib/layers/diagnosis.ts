import type { HardwareFacts } from "../core/hardware.ts";
import { Attempts } from "../core/attempts.ts";
import type { Finding } from "../core/finding.ts";
import {
  addMs,
  DAY_MS,
  epochSeconds,
  instantFromEpochSeconds,
  isSane,
} from "../core/instant.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { GoodSetup, WorkSetup } from "../core/work_setup.ts";
import type { InstalledVersions } from "../facts/installed_versions.ts";
import type { LastGood } from "../facts/last_good.ts";
import {
  hardwareFact,
  judgeableVersions,
  workSetup,
} from "../facts/work_setup.ts";
import type { FailureHistory } from "../facts/panic_history.ts";
import type {
  AdvisoryVerdict,
  VersionsByPackage,
} from "../policy/advisories.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import {
  type Diagnosis,
  type DiagnosisOptions,
  evaluateDiagnosis,
  type Incident,
} from "../policy/diagnosis.ts";
import { evaluateHealth } from "../policy/health.ts";
import type { RegistryAnswer } from "../policy/registry_lookup.ts";
import {
  type EndedBoot,
  findRunningBefore,
  type RunningBefore,
  type WorkTraces,
} from "../policy/running_before.ts";
import { compareSetups } from "../policy/setup_changes.ts";
import type { Suspect } from "../policy/suspects.ts";
import type {
  ChangeNote,
  DiagnosisView,
  DriverNote,
} from "../report/diagnosis_view.ts";
import type { DriverRow } from "../core/driver_row.ts";

/** What a diagnosis gathers from. Each may throw: that costs its part alone. */
export interface DiagnosisSources {
  /** Reports of the last `withinMs`. */
  readonly readFailures: (withinMs: number) => Promise<FailureHistory>;
  /** The gate over the same reports. */
  readonly checkGate: (history: FailureHistory) => Promise<CooldownVerdict>;
  /** What looks like a panic without a report. */
  readonly findSuspects: (
    history: FailureHistory,
    withinMs: number,
  ) => Promise<readonly Suspect[]>;
  /** Everything that was written down about GPU work. */
  readonly readTraces: () => WorkTraces & {
    readonly findings: readonly Finding[];
  };
  /** The wall clock. */
  readonly now: () => Temporal.Instant;
  /** The machine. */
  readonly readHardware: () => Promise<HardwareFacts>;
  /** `darwin`, `linux`, … */
  readonly platform: string;
  /** The last good run. */
  readonly readLastGood: () => LastGood;
  /** What a Python has installed; without a path, the one that is active. */
  readonly readVersions: (python: string | undefined) => InstalledVersions;
  /** What is known against versions. */
  readonly findAdvisories: (versions: VersionsByPackage) => AdvisoryVerdict;
  /** What is known against a model. */
  readonly checkModel: (
    model: string,
    gpuFamily: string | undefined,
  ) => Promise<RegistryAnswer>;
  /** The table of drivers. */
  readonly readDrivers: () => Promise<readonly DriverRow[]>;
}

/** What a caller may ask for. */
export interface DiagnosisQuery {
  /** How far back, in milliseconds. @default 604_800_000 */
  readonly withinMs?: number;
  /** The Python to look at. @default that of the last good run, else the one that is active */
  readonly python?: string;
}

/** A person asks days later, too. */
const WINDOW_MS = 7 * DAY_MS;
/** The gate's longer window: it has to see all of it, however little the caller asks for. */
const GATE_WINDOW_MS = 3 * DAY_MS;

/**
 * Gathers what is known after something happened: what, how sure, what was running, what changed.
 *
 * It reports: whatever cannot be read costs its part of the answer, is said, and leaves the rest.
 */
export class DiagnosisLayer {
  readonly #sources: DiagnosisSources;
  readonly #options: DiagnosisOptions;

  /** Made for one question. */
  constructor(sources: DiagnosisSources, options: DiagnosisOptions) {
    this.#sources = sources;
    this.#options = options;
  }

  /** Gathers and judges. */
  async read(query: DiagnosisQuery = {}): Promise<DiagnosisView> {
    const sources = this.#sources;
    const windowMs = query.withinMs ?? WINDOW_MS;
    const history = await sources.readFailures(
      Math.max(windowMs, GATE_WINDOW_MS),
    );
    const gate = await sources.checkGate({
      ...history,
      aborts: within(history.aborts, DAY_MS, sources.now()),
    });
    const notes = new Attempts();
    const suspects = await notes.attempt(
      "suspects",
      () => sources.findSuspects(history, windowMs),
    );
    const hardware = await notes.attempt(
      "hardware",
      () => sources.readHardware(),
    );
    const diagnosis = this.#judge(history, gate, windowMs, {
      suspects: suspects.kind === "known" ? suspects.value : gate.suspects,
      isMac: isMac(sources.platform, hardware),
    });
    const running = await this.#running(diagnosis, notes);
    const good = await notes.attempt(
      "last good run",
      () => sources.readLastGood(),
    );
    const file = good.kind === "known" ? good.value.file : undefined;
    const versions = await notes.attempt(
      "versions",
      () => sources.readVersions(query.python ?? file?.interpreter),
    );
    const setup = workSetup({
      failed: diagnosis.incident?.kind === "panic"
        ? diagnosis.incident.record
        : null,
      model: running?.kind === "known" ? running.value.model : null,
      hardware,
      versions,
    });
    const advice = await notes.attempt(
      "advisories",
      () => sources.findAdvisories(judgeableVersions(setup)),
    );
    return {
      askedAt: gate.askedAt,
      windowMs,
      exitCode: exitCodeOf(diagnosis),
      diagnosis,
      gate,
      running,
      model: await this.#model(running, hardware, notes),
      driver: await this.#driver(diagnosis, setup, notes),
      changes: file === undefined ? unknown(NO_GOOD_RUN) : known(this.#changes(
        {
          endedAt: file.endedAt,
          osBuild: file.osBuild,
          driverVersion: file.kextVersion,
          model: file.model,
          versions: file.versions,
        },
        setup,
        diagnosis,
      )),
      python: versions.kind === "known" ? versions.value.python : versions,
      blocked: advice.kind === "known" ? advice.value.blocked : [],
      advisories: advice.kind === "known" ? advice.value.advisories : [],
      machine: {
        platform: sources.platform,
        chip: hardwareFact(hardware, "chip"),
        osBuild: hardwareFact(hardware, "osBuild"),
        driverVersion: hardwareFact(hardware, "driverVersion"),
      },
      findings: distinct([
        ...gate.findings,
        ...(good.kind === "known" ? good.value.findings : []),
        ...(versions.kind === "known" ? versions.value.findings : []),
        ...notes.findings,
      ]),
    };
  }

  #judge(
    history: FailureHistory,
    gate: CooldownVerdict,
    windowMs: number,
    more: { readonly suspects: readonly Suspect[]; readonly isMac: boolean },
  ): Diagnosis {
    const sinceMs = gate.askedAt.epochMilliseconds - windowMs;
    const isInWindow = ({ at }: { readonly at: Temporal.Instant }): boolean =>
      at.epochMilliseconds >= sinceMs;
    return evaluateDiagnosis({
      gate,
      panics: history.panics.map((panic) => ({
        kind: "panic" as const,
        at: panic.time.at,
        record: panic.record,
        signature: panic.signature ?? null,
        isTimeOwn: panic.time.source === "calendar" ||
          panic.time.source === "header",
        suspect: null,
      })).filter(isInWindow),
      suspects: more.suspects.filter(isInWindow),
      aborts: history.aborts.flatMap((record) => {
        const at = instantFromEpochSeconds(record.ts);
        return at === undefined ? [] : [{ kind: "abort" as const, at, record }];
      }).filter(isInWindow),
      isMac: more.isMac,
    }, this.#options);
  }

  async #running(
    diagnosis: Diagnosis,
    notes: Attempts,
  ): Promise<Observed<RunningBefore> | null> {
    const { incident } = diagnosis;
    if (incident === null) return null;
    const traces = await notes.attempt(
      "traces of work",
      () => this.#sources.readTraces(),
    );
    if (traces.kind === "unknown") return traces;
    notes.add(traces.value.findings);
    const before = diagnosis.others.find((one) =>
      one.kind !== "abort" &&
      Temporal.Instant.compare(one.at, incident.at) < 0
    );
    return known(findRunningBefore(
      endedBoot(incident, before?.at ?? null),
      traces.value,
    ));
  }

  async #model(
    running: Observed<RunningBefore> | null,
    hardware: Observed<HardwareFacts>,
    notes: Attempts,
  ): Promise<RegistryAnswer | null> {
    const model = running?.kind === "known" ? running.value.model : null;
    if (model === null) return null;
    const family = hardwareFact(hardware, "family");
    const answer = await notes.attempt(
      "registry",
      () =>
        this.#sources.checkModel(
          model,
          family.kind === "known" ? family.value : undefined,
        ),
    );
    return answer.kind === "known" ? answer.value : null;
  }

  /** Only a panic of the GPU driver asks whether that driver still has its fault. */
  async #driver(
    { incident }: Diagnosis,
    setup: WorkSetup,
    notes: Attempts,
  ): Promise<DriverNote | null> {
    if (incident?.kind !== "panic") return null;
    if (incident.signature?.stopsGate !== true) return null;
    const { osBuild, kextVersion } = incident.record;
    const build = osBuild ?? valueOf(setup.osBuild);
    const version = kextVersion ?? valueOf(setup.driverVersion);
    if (build === null && version === null) return null;
    const rows = await notes.attempt(
      "drivers",
      () => this.#sources.readDrivers(),
    );
    return rows.kind === "unknown" ? null : {
      version,
      osBuild: build,
      source: osBuild === null ? "machine" : "report",
      row:
        rows.value.find((row) => row.build !== null && row.build === build) ??
          null,
    };
  }

  #changes(
    good: GoodSetup,
    setup: WorkSetup,
    { incident }: Diagnosis,
  ): ChangeNote {
    const isDated = isSane(good.endedAt, this.#sources.now());
    return {
      good,
      isDated,
      isAfter: isDated && incident !== null &&
        Temporal.Instant.compare(good.endedAt, incident.at) > 0,
      pairs: compareSetups(good, setup),
      blockedBefore: this.#sources.findAdvisories(
        Object.fromEntries(good.versions),
      ).blocked,
    };
  }
}

/** The gate counts failures of a day (SPEC 5). */
function within(
  aborts: FailureHistory["aborts"],
  ms: number,
  now: Temporal.Instant,
): FailureHistory["aborts"] {
  const since = epochSeconds(addMs(now, -ms));
  return aborts.filter(({ ts }) => ts >= since);
}

function exitCodeOf(diagnosis: Diagnosis): 0 | 1 | 2 {
  const { incident, others, situation } = diagnosis;
  const panicCount = [incident, ...others]
    .filter((one) => one?.kind === "panic").length;
  const { exitCode } = evaluateHealth({ panicCount, hasStaleLock: false });
  return exitCode === 0 && situation !== "nothing" ? 1 : exitCode;
}

const NO_GOOD_RUN =
  "no run that ended well was written down (metal-guard run does that)";

function endedBoot(
  incident: Incident,
  since: Temporal.Instant | null,
): EndedBoot {
  const { at } = incident;
  switch (incident.kind) {
    case "panic": {
      const { bootSessionUuid, pid } = incident.record;
      return { at, bootSessionUuid, pid, since };
    }
    case "suspect":
      return {
        at,
        bootSessionUuid: incident.suspect.boot,
        pid: null,
        since,
      };
    case "abort":
      return { at, bootSessionUuid: null, pid: incident.record.pid, since };
  }
}

function isMac(
  platform: string,
  hardware: Observed<HardwareFacts>,
): boolean {
  return platform === "darwin" ||
    hardwareFact(hardware, "osBuild").kind === "known";
}

function valueOf<T>(reading: Observed<T>): T | null {
  return reading.kind === "known" ? reading.value : null;
}

/** Two parts may stumble over one file. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(
    findings.map((one) => [`${one.code} ${one.message}`, one]),
  );
  return [...seen.values()];
}
