import { FileError, MetalGuardError } from "../core/error.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { parseLaunchctlPrint } from "../parse/launchctl_print.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { SystemFacts } from "../ports/system_facts.ts";
import { listInstalledJobs } from "./launchd_jobs.ts";

/** How launchd has a job. */
export type JobRun =
  /** It has not got it. */
  | { readonly kind: "not-loaded" }
  /** It runs. */
  | { readonly kind: "running"; readonly pid: number }
  /** It is loaded and does not run now. */
  | {
    readonly kind: "idle";
    /** What its last process ended with; `undefined` when that is not told, or it has not run yet. */
    readonly lastExitCode: number | undefined;
  };

/** A job under one of our labels, as it is installed and as it runs. */
export interface JobState {
  /** Its label. */
  readonly label: string;
  /** The job in launchd's own terms. */
  readonly target: string;
  /** Its property list; `null` when the job is loaded and its file is gone. */
  readonly path: string | null;
  /** Whether we wrote that file. */
  readonly isOurs: boolean;
  /** What is run under guard: program and arguments; empty for a job that only runs metal-guard, and where it cannot be told. */
  readonly command: readonly string[];
  /** Programs of it that are not there. One on a disk that can be taken out does not count. */
  readonly missing: readonly string[];
  /** How launchd has it. */
  readonly run: Observed<JobRun>;
}

/** What {@linkcode readJobStates} works with. */
export interface JobPorts {
  /** The disk. */
  readonly store: FileStore;
  /** `launchctl`. */
  readonly children: ChildProcesses;
  /** Who works, and on what. */
  readonly system: SystemFacts;
}

const LAUNCHCTL = "/bin/launchctl";
const LAUNCHCTL_TIMEOUT_MS = 5_000;

/** Jobs that have one label for everybody: asked for even when their file is gone. */
const FIXED_LABELS = [
  "com.metal-guard.gate",
  "com.metal-guard.status-writer",
] as const;

/**
 * Looks at every job under our labels: its file, the programs that it names, and what launchd says of it. Nothing is
 * changed.
 *
 * It reports: where launchd cannot be asked, how a job runs is unknown; its file is looked at everywhere.
 *
 * @param ports What it works with.
 * @param home The user's home; `undefined` has no files.
 */
export async function readJobStates(
  ports: JobPorts,
  home: string | undefined,
): Promise<readonly JobState[]> {
  const { store, system } = ports;
  const domain = `gui/${system.userId ?? 0}`;
  const installed = listInstalledJobs(store, home);
  const labels = new Set(installed.map(({ label }) => label));
  const gone = FIXED_LABELS.filter((label) => !labels.has(label))
    .map((label) => ({ label, path: null, isOurs: false, words: [] }));
  const jobs = await Promise.all([...installed, ...gone].map(async (job) => {
    const { label, path, isOurs, words } = job;
    const target = `${domain}/${label}`;
    return {
      label,
      target,
      path,
      isOurs,
      command: isOurs ? commandOf(words) : [],
      missing: programsOf(words).filter((program) => !isThere(store, program)),
      run: await readRun(ports, target),
    };
  }));
  return jobs.filter(({ path, run }) =>
    path !== null || (run.kind === "known" && run.value.kind !== "not-loaded")
  );
}

async function readRun(
  { children, system }: JobPorts,
  target: string,
): Promise<Observed<JobRun>> {
  if (system.platform !== "darwin") {
    return unknown("launchd is a part of macOS");
  }
  if (system.userId === 0) {
    return unknown("root has no session of its own; ask as the user");
  }
  try {
    const { exitCode, stdout, timedOut } = await children.capture(LAUNCHCTL, {
      args: ["print", target],
      timeoutMs: LAUNCHCTL_TIMEOUT_MS,
    });
    if (timedOut) return unknown("launchctl did not answer");
    if (exitCode !== 0) return known({ kind: "not-loaded" });
    const { pid, lastExitCode } = parseLaunchctlPrint(stdout);
    return known(
      pid === undefined
        ? { kind: "idle", lastExitCode }
        : { kind: "running", pid },
    );
  } catch (error) {
    if (error instanceof MetalGuardError) return unknown(error.message);
    throw error;
  }
}

/** Words behind the `--` of `run`, or behind the script and the program of `gate`. */
function commandOf(words: readonly string[]): readonly string[] {
  if (words[0] === "/bin/sh") return words.slice(4);
  const mark = words[1] === "run" ? words.indexOf("--") : -1;
  return mark < 0 ? [] : words.slice(mark + 1);
}

/** Programs with a whole path: what launchd starts, or what its shell becomes, and the command. */
function programsOf(words: readonly string[]): readonly string[] {
  const [first = ""] = words;
  const own = first === "/bin/sh" ? words[3] ?? "" : first;
  const all = [own, ...commandOf(words).slice(0, 1)];
  return [...new Set(all)].filter((program) =>
    program.startsWith("/") && !program.startsWith("/Volumes/")
  );
}

/** A program that may not be looked at counts as there. */
function isThere(store: FileStore, program: string): boolean {
  try {
    store.stat(program);
    return true;
  } catch (error) {
    if (error instanceof FileError) return error.problem !== "absent";
    throw error;
  }
}
