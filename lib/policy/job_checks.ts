import { type Finding, finding } from "../core/finding.ts";
import type { Observed } from "../core/observed.ts";
import { plainText, shellWord } from "../core/plain_text.ts";

/** What {@linkcode evaluateJobs} has to know of one job of launchd. */
export interface JobFacts {
  /** Its label, e.g. `com.metal-guard.run.qwen`. */
  readonly label: string;
  /** The job in launchd's own terms. */
  readonly target: string;
  /** Its property list; `null` when it is gone. */
  readonly path: string | null;
  /** Programs of it that are not there. */
  readonly missing: readonly string[];
  /** How launchd has it. */
  readonly run: Observed<
    | { readonly kind: "not-loaded" }
    | { readonly kind: "running"; readonly pid: number }
    | { readonly kind: "idle"; readonly lastExitCode: number | undefined }
  >;
}

/** The job of `launchd install gate` ends with the gate's answer: 2 is "wait", no failure. */
const GATE_LABEL = "com.metal-guard.gate";
const GATE_WAITS = 2;

/** A job that was refused is started again and asks again. */
const REFUSED = 75;

/**
 * Judges the jobs that are installed under our labels.
 *
 * It reports. A job of which launchd cannot be asked is judged by its file alone; a last end that is not told is no failure.
 *
 * @param jobs The jobs.
 * @param logFolder Where their logs are; `undefined` where there is no HOME.
 */
export function evaluateJobs(
  jobs: readonly JobFacts[],
  logFolder: string | undefined,
): readonly Finding[] {
  return jobs.flatMap((job) => [
    ...missingPrograms(job),
    ...(job.run.kind === "known" ? runFindings(job, logFolder) : []),
  ]);
}

function missingPrograms(job: JobFacts): readonly Finding[] {
  return job.missing.map((program) =>
    finding(
      "job-program-missing",
      `The job ${plainText(job.label, 120)} starts ${
        plainText(program, 300)
      }, which is not there`,
      `Put it back, or take the job away:\n$ metal-guard launchd uninstall ${
        jobWords(job.label)
      } --apply`,
    )
  );
}

function runFindings(
  { label, target, path, run }: JobFacts,
  logFolder: string | undefined,
): readonly Finding[] {
  if (run.kind === "unknown") return [];
  const name = plainText(label, 120);
  const state = run.value;
  if (path === null) {
    return [finding(
      "job-without-file",
      `launchd has the job ${name}, and its file is gone: it ends with this session`,
      `Install it again, or end it:\n$ metal-guard launchd install ${
        jobWords(label)
      } --apply\n$ launchctl bootout ${shellWord(target)}`,
    )];
  }
  if (state.kind === "not-loaded") {
    const domain = target.slice(0, target.lastIndexOf("/"));
    return [finding(
      "job-not-loaded",
      `launchd does not run ${name}, though its file is there`,
      `Load it:\n$ launchctl bootstrap ${domain} ${shellWord(path)}`,
    )];
  }
  if (state.kind === "running" || !isFailure(label, state.lastExitCode)) {
    return [];
  }
  const log = logFolder === undefined ? undefined : `${logFolder}/${label}.log`;
  return [finding(
    "job-failed",
    `The job ${name} ended with ${state.lastExitCode} and does not run`,
    log === undefined
      ? `launchd says more:\n$ launchctl print ${shellWord(target)}`
      : `Its log says why:\n$ tail -n 50 ${shellWord(log)}`,
  )];
}

function isFailure(label: string, code: number | undefined): boolean {
  if (code === undefined || code === 0 || code === REFUSED) return false;
  return label !== GATE_LABEL || code !== GATE_WAITS;
}

/** How a job is named to `launchd install` and `uninstall`. */
function jobWords(label: string): string {
  const [kind = "", ...name] = label.replace(/^com\.metal-guard\./, "")
    .split(".");
  return [
    shellWord(kind),
    ...(name.length === 0 ? [] : ["--name", shellWord(name.join("."))]),
  ].join(" ");
}
