/**
 * What `doctor` looks at, put together. Loaded by that command only.
 *
 * @module
 */
import type { MachineLayers } from "./machine.ts";
import { type Knob, KNOBS } from "../config.ts";
import { HOUR_MS, SECOND_MS } from "../core/instant.ts";
import type { Mode } from "../core/mode.ts";
import { pythonOfProgram } from "../facts/job_python.ts";
import { findOtherGuards } from "../facts/other_guards.ts";
import { lookAtOwn, lookAtReports, type Place } from "../facts/place.ts";
import { type JobState, readJobStates } from "../facts/running_jobs.ts";
import type { AdvisoryReport } from "../layers/advisories.ts";
import { Doctor, type KnobState, type PythonCheck } from "../layers/doctor.ts";
import type { Paths } from "../paths.ts";
import { jobLogFolder } from "../policy/launchd_job.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { EnvReader } from "../ports/env.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What the doctor works with. */
export interface DoctorSetup {
  /** The environment. */
  readonly env: EnvReader;
  /** The disk. */
  readonly store: FileStore;
  /** The operating system. */
  readonly system: SystemFacts;
  /** Other programs. */
  readonly children: ChildProcesses;
  /** Where everything lies. */
  readonly paths: Paths;
  /** The mode that holds. */
  readonly mode: Mode;
  /** Whether the caller chose it. */
  readonly isModeGiven: boolean;
  /** The gate. */
  readonly checkGate: () => Promise<CooldownVerdict>;
  /** What is known against a Python; the active one where none is named. */
  readonly checkPython: (python?: string) => Promise<AdvisoryReport>;
  /** The machine. */
  readonly machine: MachineLayers;
}

/** Puts a doctor together; nothing is looked at yet. */
export function composeDoctor(setup: DoctorSetup): Doctor {
  const { machine, store, paths } = setup;
  const hasOwnLock = setup.env(KNOBS.lockPath.env) !== undefined;
  return new Doctor({
    knobs: () =>
      Object.values<Knob<unknown>>(KNOBS).map((knob) =>
        knob.env === KNOBS.mode.env && setup.isModeGiven
          ? { ...wordsOf(knob), value: setup.mode, origin: "caller" }
          : knobState(knob, setup.env)
      ),
    places: () => placesOf(setup),
    otherGuards: () => hasOwnLock ? [] : findOtherGuards(store, paths.home),
    checkGate: setup.checkGate,
    readJobs: () => readJobStates(setup, paths.home),
    jobLogs: paths.home === undefined ? undefined : jobLogFolder(paths.home),
    checkPythons: (jobs) => checkPythons(setup, jobs),
    checkMachine: () => machine.check(),
    readMetal: () => machine.readMetal(),
    keepWorkingSet: (osBuild, metal) => machine.keepWorkingSet(osBuild, metal),
  });
}

/** Jobs that use one Python are one row: the first of them is named. */
async function checkPythons(
  { store, checkPython }: DoctorSetup,
  jobs: readonly JobState[],
): Promise<readonly PythonCheck[]> {
  const checks: PythonCheck[] = [{ ...await checkPython(), usedBy: null }];
  const seen = new Set(checks.map(placeOf));
  for (const { label, command: [program] } of jobs) {
    const python = program === undefined
      ? undefined
      : pythonOfProgram(store, program);
    if (python === undefined) continue;
    const check = { ...await checkPython(python), usedBy: label };
    if (seen.has(placeOf(check))) continue;
    seen.add(placeOf(check));
    checks.push(check);
  }
  return checks;
}

function placeOf({ installed: { python } }: PythonCheck): string {
  return python.kind === "known" ? python.value.prefix : python.because;
}

function placesOf({ paths, store, system }: DoctorSetup): readonly Place[] {
  const own = Object.entries(paths).flatMap((
    [name, path],
  ): readonly (readonly [string, string | null | undefined])[] =>
    typeof path === "string" || path === null || path === undefined
      ? [[name, path]]
      : []
  );
  return [
    ...own.filter(([name, path]) =>
      // Where nothing was asked for, the usual place stands under its own name.
      name !== "breadcrumbs" || path !== undefined
    ).map((place) => lookAtOwn(store, place, system.userId)),
    ...paths.reportFolders.map(({ path, isEvidence }) =>
      lookAtReports(store, path, isEvidence)
    ),
  ];
}

function wordsOf(
  knob: Knob<unknown>,
): { readonly env: string; readonly help: string } {
  return { env: knob.env, help: knob.help };
}

function knobState(knob: Knob<unknown>, env: EnvReader): KnobState {
  const raw = env(knob.env);
  const words = wordsOf(knob);
  if (raw === undefined || raw === "") {
    return { ...words, value: fallbackWords(knob), origin: "default" };
  }
  return knob.parse(raw) === undefined
    ? { ...words, value: fallbackWords(knob), origin: "bad value" }
    : { ...words, value: raw, origin: "environment" };
}

/** A default in the unit that its variable is written in. */
function fallbackWords({ env, fallback }: Knob<unknown>): string {
  if (typeof fallback === "string") return fallback;
  if (typeof fallback !== "number") return "unset";
  if (env.endsWith("_H")) return String(fallback / HOUR_MS);
  const isSeconds = env.endsWith("_SEC") || env.endsWith("_INTERVAL");
  return String(isSeconds ? fallback / SECOND_MS : fallback);
}
