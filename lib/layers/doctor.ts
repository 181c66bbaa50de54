import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import type { MetalReading } from "../core/machine_reading.ts";
import { type Observed, unknown } from "../core/observed.ts";
import type { InstalledVersions } from "../facts/installed_versions.ts";
import type { Place } from "../facts/place.ts";
import type { JobState } from "../facts/running_jobs.ts";
import type { AdvisoryVerdict } from "../policy/advisories.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import { evaluateInstalled } from "../policy/installed_checks.ts";
import { evaluateJobs } from "../policy/job_checks.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";

/** One environment variable, as it stands. */
export interface KnobState {
  /** Its name. */
  readonly env: string;
  /** What it does. */
  readonly help: string;
  /** The value that holds, in words. */
  readonly value: string;
  /** Who says so: `bad value` is one that could not be used, so that the default holds. */
  readonly origin: "default" | "environment" | "caller" | "bad value";
}

/** One Python that was found, and what is known against what it has. It was not started. */
export interface PythonCheck extends AdvisoryVerdict {
  /** The job of launchd that uses it; `null` for the one that is active here. */
  readonly usedBy: string | null;
  /** The Python and its packages. */
  readonly installed: InstalledVersions;
}

/** What the doctor gathers from. */
export interface DoctorSources {
  /** Every variable. */
  readonly knobs: () => readonly KnobState[];
  /** Every file of ours, and every report folder. */
  readonly places: () => readonly Place[];
  /** Guards in other users' homes. */
  readonly otherGuards: () => readonly Finding[];
  /** The gate: evidence that cannot be read, and whether it holds. */
  readonly checkGate: () => Promise<CooldownVerdict>;
  /** Jobs of launchd under our labels. */
  readonly readJobs: () => Promise<readonly JobState[]>;
  /** Folder of their logs; `undefined` without a HOME. */
  readonly jobLogs: string | undefined;
  /** Pythons: the one that is active here, then those that jobs use. */
  readonly checkPythons: (
    jobs: readonly JobState[],
  ) => Promise<readonly PythonCheck[]>;
  /** The machine. */
  readonly checkMachine: () => Promise<MachineChecks>;
  /** Metal, in a process of its own. */
  readonly readMetal: () => Promise<Observed<MetalReading>>;
  /** Writes down the limit that Metal told. */
  readonly keepWorkingSet: (
    osBuild: Observed<string>,
    metal: MetalReading,
  ) => Promise<void>;
}

/** Everything that was looked at. */
export interface DoctorReport {
  /** When. */
  readonly askedAt: Temporal.Instant;
  /** Every variable. */
  readonly knobs: readonly KnobState[];
  /** Every file of ours, and every report folder. */
  readonly places: readonly Place[];
  /** Jobs of launchd under our labels. */
  readonly jobs: readonly JobState[];
  /** Pythons, and what is known against what they have. */
  readonly pythons: readonly PythonCheck[];
  /** The gate's answer. */
  readonly gate: CooldownVerdict;
  /** The machine. */
  readonly machine: MachineChecks;
  /** Metal's answer; `null` when it was not asked for. */
  readonly metal: Observed<MetalReading> | null;
  /** Everything that is out of order, with what to do. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at everything once: variables, files, report folders, jobs of launchd, Pythons, the machine, and, when asked to,
 * Metal. No Python is started.
 *
 * It reports: what cannot be known is `unknown`, what is out of order a finding. Metal alone fails closed: while the gate
 * holds it is not asked, because asking wakes the driver that panicked.
 */
export class Doctor {
  readonly #sources: DoctorSources;

  /** Made by the guard, once. */
  constructor(sources: DoctorSources) {
    this.#sources = sources;
  }

  /**
   * Looks.
   *
   * @param options `metal` asks Metal too; it wakes the GPU driver. @default false
   */
  async run(
    options: { readonly metal?: boolean } = {},
  ): Promise<DoctorReport> {
    const sources = this.#sources;
    const gate = await sources.checkGate();
    const first = await sources.checkMachine();
    const { metal, kept, notKept } = options.metal === true
      ? await this.#askMetal(gate, first.hardware.osBuild)
      : NOT_ASKED;
    const machine = kept ? await sources.checkMachine() : first;
    const places = sources.places();
    const jobs = await sources.readJobs();
    const pythons = await sources.checkPythons(jobs);
    const unread = gate.unreadableReports.map(({ message, fix }) =>
      finding("report-unreadable", message, fix)
    );
    const told = new Set(unread.map(({ message }) => message));
    const own = places.flatMap((place) =>
      place.finding === null || told.has(place.finding.message)
        ? []
        : [place.finding]
    );
    return {
      askedAt: gate.askedAt,
      knobs: sources.knobs(),
      places,
      jobs,
      pythons,
      gate,
      machine,
      metal,
      findings: [
        ...gate.findings,
        ...unread,
        ...own,
        ...sources.otherGuards(),
        ...evaluateJobs(jobs, sources.jobLogs),
        ...pythons.flatMap(pythonFindings),
        ...machine.findings,
        ...notKept,
      ],
    };
  }

  async #askMetal(
    gate: CooldownVerdict,
    osBuild: Observed<string>,
  ): Promise<MetalAnswer> {
    if (gate.exitCode === 2) {
      const because =
        `not asked while the gate holds (${gate.kind}): it wakes the driver that panicked`;
      return { ...NOT_ASKED, metal: unknown(because) };
    }
    const metal = await this.#sources.readMetal();
    if (metal.kind === "unknown") return { ...NOT_ASKED, metal };
    try {
      await this.#sources.keepWorkingSet(osBuild, metal.value);
      return { metal, kept: true, notKept: [] };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const note = finding(
        "working-set-not-kept",
        `Metal's limit could not be kept: ${error.message}`,
        "Make the state folder writable, then ask again:\n$ metal-guard doctor --metal",
      );
      return { metal, kept: false, notKept: [note] };
    }
  }
}

function pythonFindings(check: PythonCheck): readonly Finding[] {
  const { python } = check.installed;
  return python.kind === "unknown" ? [] : [
    ...evaluateInstalled({ ...check, interpreter: python.value.interpreter }),
    ...check.findings,
  ];
}

interface MetalAnswer {
  readonly metal: Observed<MetalReading> | null;
  /** Whether its limit may have changed what the machine's readings say. */
  readonly kept: boolean;
  readonly notKept: readonly Finding[];
}

const NOT_ASKED: MetalAnswer = { metal: null, kept: false, notKept: [] };
