import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { AdvisoryVerdict } from "../policy/advisories.ts";
import {
  installedJson,
  type InstalledView,
  packageWords,
  pythonWords,
} from "./advisories.ts";
import { labelled } from "./text_style.ts";

/** A job of launchd under one of our labels. */
export interface JobView {
  /** Its label. */
  readonly label: string;
  /** Its property list; `null` when it is gone. */
  readonly path: string | null;
  /** Whether we wrote that file. */
  readonly isOurs: boolean;
  /** What it runs under guard. */
  readonly command: readonly string[];
  /** Programs of it that are not there. */
  readonly missing: readonly string[];
  /** How launchd has it. */
  readonly run: Observed<
    | { readonly kind: "not-loaded" }
    | { readonly kind: "running"; readonly pid: number }
    | { readonly kind: "idle"; readonly lastExitCode: number | undefined }
  >;
}

/** A Python, what it has, and what is known against that. */
export interface PythonView
  extends Pick<AdvisoryVerdict, "advisories" | "blocked"> {
  /** The job that uses it; `null` for the one that is active here. */
  readonly usedBy: string | null;
  /** The Python and its packages. */
  readonly installed: InstalledView;
}

/** The `launchd` list of `doctor --json`. Of a command only the program is told: its arguments may hold a key. */
export function jobsJson(
  jobs: readonly JobView[],
): readonly Record<string, unknown>[] {
  return jobs.map(({ label, path, isOurs, command, missing, run }) => {
    const state = run.kind === "known" ? run.value : undefined;
    return {
      label,
      path,
      is_ours: isOurs,
      program: command[0] ?? null,
      missing_programs: missing,
      loaded: state === undefined ? null : state.kind !== "not-loaded",
      running: state === undefined ? null : state.kind === "running",
      pid: state?.kind === "running" ? state.pid : null,
      last_exit_code: state?.kind === "idle"
        ? state.lastExitCode ?? null
        : null,
      reason: run.kind === "unknown" ? run.because : null,
    };
  });
}

/** The `pythons` list of `doctor --json`; `metal-guard advisories --json` says everything of one. */
export function pythonsJson(
  pythons: readonly PythonView[],
): readonly Record<string, unknown>[] {
  return pythons.map(({ usedBy, installed, blocked, advisories }) => ({
    used_by: usedBy,
    ...installedJson(installed),
    blocked: blocked.map(({ release, version }) => ({
      package: release.package,
      version,
    })),
    advisories: advisories.map(({ advisory, version }) => ({
      issue: advisory.issue,
      package: advisory.package,
      version,
      severity: advisory.severity,
    })),
  }));
}

/** Jobs for a person, a line each. */
export function jobRows(jobs: readonly JobView[]): readonly string[] {
  return jobs.length === 0
    ? ["  no job of metal-guard is installed"]
    : jobs.map((job) => {
      const [program] = job.command;
      const what = program === undefined ? "" : ` (${plainText(program, 200)})`;
      const whose = job.isOurs || job.path === null
        ? ""
        : ", not written by this metal-guard";
      return `  ${plainText(job.label, 120)}${what}: ${runWords(job)}${whose}`;
    });
}

function runWords({ run }: JobView): string {
  if (run.kind === "unknown") {
    return `installed; whether it runs is unknown: ${
      plainText(run.because, 200)
    }`;
  }
  switch (run.value.kind) {
    case "running":
      return `runs as process ${run.value.pid}`;
    case "not-loaded":
      return "installed, not loaded";
    case "idle":
      return run.value.lastExitCode === undefined
        ? "loaded, does not run now"
        : `loaded, does not run now, ended with ${run.value.lastExitCode}`;
  }
}

/** Pythons for a person: where each is, and the versions that it has. */
export function pythonRows(
  pythons: readonly PythonView[],
): readonly string[] {
  return pythons.flatMap(({ usedBy, installed }) => {
    const { python } = installed;
    const who = usedBy === null ? "" : `${plainText(usedBy, 120)}: `;
    const where = labelled("Python", `${who}${pythonWords(installed)}`);
    return python.kind === "unknown"
      ? [where]
      : [where, labelled("MLX", packageWords(installed))];
  });
}
