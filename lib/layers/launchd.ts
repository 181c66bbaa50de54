import { MetalGuardError } from "../core/error.ts";
import { plainText } from "../core/plain_text.ts";
import { isOwnJob, OWN_JOB_MARK } from "../facts/launchd_jobs.ts";
import { findOnPath } from "../facts/program_search.ts";
import {
  isJobName,
  jobLabel,
  jobPath,
  type LaunchdJob,
  launchdJob,
  type LaunchdJobKind,
} from "../policy/launchd_job.ts";
import type { ChildOutput, ChildProcesses } from "../ports/child_process.ts";
import type { EnvReader } from "../ports/env.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { ensureFolder } from "../ports/state_folder.ts";
import { readStateFile, replaceFile } from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";
import { badPropertyText, propertyListText } from "../report/property_list.ts";

/** What {@linkcode Launchd} works with. */
export interface LaunchdPorts {
  /** The disk. */
  readonly store: FileStore;
  /** `PATH` and `METALGUARD_BIN`. */
  readonly env: EnvReader;
  /** Who works, and on what. */
  readonly system: SystemFacts;
  /** `launchctl`. */
  readonly children: ChildProcesses;
}

/** What jobs have to know of this guard. */
export interface LaunchdSetup {
  /** HOME. */
  readonly home: string | undefined;
  /** Our own variables that are set. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folders in which kernel panic reports appear. */
  readonly reportFolders: readonly string[];
}

/** Which job is meant. */
export interface LaunchdRequest {
  /** The job. */
  readonly kind: LaunchdJobKind;
  /** The command to guard; empty for none. */
  readonly command?: readonly string[];
  /** Last part of the label of a job with a command. @default the command's own name */
  readonly name?: string | undefined;
  /** The program `metal-guard`. @default METALGUARD_BIN, else the one on PATH */
  readonly program?: string | undefined;
  /** Where the status-writer keeps metrics for Prometheus too; a whole path. @default nowhere */
  readonly metricsDir?: string | undefined;
}

/** Where a job is, and what is there. */
export interface LaunchdPlace extends Pick<LaunchdJob, "label" | "path"> {
  /** What lies at its path now. `other`: something that we did not write. */
  readonly found: "nothing" | "same" | "ours" | "other";
  /** The job in launchd's own terms, e.g. `gui/501/com.metal-guard.status-writer`. */
  readonly target: string;
}

/** A job and its file's text. */
export interface LaunchdPlan extends LaunchdPlace, LaunchdJob {
  /** The property list. */
  readonly text: string;
}

/** What was done. */
export interface LaunchdOutcome {
  /** Each step, in order, as a sentence. */
  readonly steps: readonly string[];
  /** What went wrong, `null` when nothing did. */
  readonly problem: string | null;
}

/** Name under which a file that was not ours is kept. launchd reads names that end in `.plist` only. */
const KEPT = ".before-metal-guard";

const LAUNCHCTL = "/bin/launchctl";
const LAUNCHCTL_TIMEOUT_MS = 20_000;

/**
 * Writes jobs for launchd, loads them and takes them away again.
 *
 * It reports: nothing but {@linkcode Launchd.install} and {@linkcode Launchd.uninstall} changes anything, both can be
 * repeated, and a file that is not ours is left alone or kept. On a machine without launchd nothing is written.
 */
export class Launchd {
  readonly #ports: LaunchdPorts;
  readonly #setup: LaunchdSetup;

  /** Made by the guard, once. */
  constructor(ports: LaunchdPorts, setup: LaunchdSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /**
   * Plans a job, changing nothing.
   *
   * @throws {MetalGuardError} Code `usage`, if a program cannot be found, or a word cannot stand in a property list.
   */
  plan(request: LaunchdRequest): LaunchdPlan {
    const { variables, reportFolders } = this.#setup;
    const home = this.#home();
    const { kind, name, command = [], metricsDir } = request;
    checkForm(kind, command, name);
    checkMetricsDir(kind, metricsDir);
    if (kind === "run" && command.length === 0) {
      throw usage(
        "Name the command to run: metal-guard launchd print run -- CMD",
      );
    }
    if (name !== undefined && command.length === 0) {
      throw usage("--name is for jobs with a command");
    }
    const path = this.#ports.env("PATH") ?? "";
    const job = launchdJob({
      kind,
      name,
      metricsDir,
      home,
      program: this.#ownProgram(request.program),
      command: this.#absolute(command),
      variables: path === "" ? variables : { PATH: path, ...variables },
      reportFolders,
    });
    const bad = badPropertyText(job.content);
    if (bad !== undefined) {
      throw usage(`"${plainText(bad, 80)}" cannot stand in a property list`);
    }
    const text = propertyListText(job.content, OWN_JOB_MARK);
    return {
      ...job,
      text,
      found: this.#found(job.path, text),
      target: `${this.#domain()}/${job.label}`,
    };
  }

  /**
   * Finds an installed job, changing nothing. Neither its command nor our own program need still be there.
   *
   * @param request The job; its name, or its command.
   * @throws {MetalGuardError} Code `usage`, if that names no job.
   */
  locate(
    request: Pick<LaunchdRequest, "kind" | "name" | "command">,
  ): LaunchdPlace {
    const { kind, name, command = [] } = request;
    checkForm(kind, command, name);
    if (kind === "run" && command.length === 0 && name === undefined) {
      throw usage(
        "Name the job: metal-guard launchd uninstall run --name NAME",
      );
    }
    const label = jobLabel({ kind, name, command });
    const path = jobPath(this.#home(), label);
    return {
      label,
      path,
      found: this.#found(path, undefined),
      target: `${this.#domain()}/${label}`,
    };
  }

  /**
   * Writes the file and loads the job. What is there and runs already is left as it is.
   *
   * @param plan From {@linkcode Launchd.plan}.
   * @param options `replace` keeps a file that is not ours under another name instead of refusing.
   */
  async install(
    plan: LaunchdPlan,
    options: { readonly replace?: boolean } = {},
  ): Promise<LaunchdOutcome> {
    const steps: string[] = [];
    const problem = this.#rootProblem() ?? await this.#missingLaunchd(plan);
    if (problem !== undefined) return { steps, problem };
    if (plan.found === "other") {
      if (options.replace !== true) return { steps, problem: notOurs(plan) };
      const kept = `${plan.path}${KEPT}`;
      if (tryStat(this.#ports.store, kept) !== undefined) {
        return { steps, problem: `${kept} is there already: move it away` };
      }
      this.#ports.store.rename(plan.path, kept);
      steps.push(`kept what was there as ${kept}`);
    }
    const isLoaded = await this.#isLoaded(plan);
    if (plan.found === "same" && isLoaded) {
      return { steps: ["it is installed and loaded already"], problem: null };
    }
    if (plan.found !== "same") {
      replaceFile(this.#ports.store, plan.path, plan.text);
      steps.push(`wrote ${plan.path}`);
    }
    ensureFolder(this.#ports.store, plan.logFolder);
    if (isLoaded) {
      const ended = await this.#unload(plan, steps);
      if (ended !== null) return { steps, problem: ended };
    }
    const loaded = await this.#launchctl(
      "bootstrap",
      this.#domain(),
      plan.path,
    );
    if (loaded.exitCode !== 0) {
      return { steps, problem: failure("bootstrap", loaded) };
    }
    steps.push(`loaded ${plan.target}`);
    return { steps, problem: null };
  }

  /** Ends and unloads the job, removes its file, and puts back what was there before. */
  async uninstall(plan: LaunchdPlace): Promise<LaunchdOutcome> {
    const { store } = this.#ports;
    const steps: string[] = [];
    const problem = this.#rootProblem() ?? await this.#missingLaunchd(plan);
    if (problem !== undefined) return { steps, problem };
    if (plan.found === "other") return { steps, problem: notOurs(plan) };
    if (await this.#isLoaded(plan)) {
      const ended = await this.#unload(plan, steps);
      if (ended !== null) return { steps, problem: ended };
    }
    if (plan.found !== "nothing") {
      store.remove(plan.path);
      steps.push(`removed ${plan.path}`);
    }
    const kept = `${plan.path}${KEPT}`;
    if (tryStat(store, kept) !== undefined) {
      store.rename(kept, plan.path);
      steps.push(`put back ${plan.path}, which was there before`);
    }
    return {
      steps: steps.length === 0 ? ["it is not installed"] : steps,
      problem: null,
    };
  }

  #home(): string {
    const { home } = this.#setup;
    if (home === undefined) {
      throw usage("HOME is not set: jobs belong to a user");
    }
    return home;
  }

  #ownProgram(asked: string | undefined): string {
    const { env, store } = this.#ports;
    const named = asked ?? (env("METALGUARD_BIN") || undefined);
    const path = named ?? findOnPath(store, "metal-guard", env("PATH") ?? "");
    if (path === undefined) {
      throw usage(
        "metal-guard is not on PATH: say where it is by --program PATH",
      );
    }
    return this.#program(path);
  }

  /** A job starts in `/` with another PATH: its program needs a whole path. */
  #absolute(command: readonly string[]): readonly string[] {
    const [program, ...args] = command;
    return program === undefined ? [] : [this.#program(program), ...args];
  }

  #program(named: string): string {
    const { env, store } = this.#ports;
    if (named.startsWith("/")) return named;
    const path = named.includes("/")
      ? undefined
      : findOnPath(store, named, env("PATH") ?? "");
    if (path?.startsWith("/") === true) return path;
    const why = named.includes("/")
      ? "launchd starts jobs in /: write its whole path"
      : "it is not on PATH";
    throw usage(`Cannot find ${plainText(named, 200)}: ${why}`);
  }

  #found(path: string, text: string | undefined): LaunchdPlace["found"] {
    const reading = readStateFile(this.#ports.store, path);
    if (reading.kind === "absent") return "nothing";
    if (reading.kind !== "text") return "other";
    if (reading.text === text) return "same";
    return isOwnJob(reading.text) ? "ours" : "other";
  }

  /** The domain of a user's own session: jobs there end when the user logs out. */
  #domain(): string {
    return `gui/${this.#ports.system.userId ?? 0}`;
  }

  #rootProblem(): string | undefined {
    return this.#ports.system.userId === 0
      ? "root has no session of its own: run it as the user whose job it is; nothing was written"
      : undefined;
  }

  async #missingLaunchd(plan: LaunchdPlace): Promise<string | undefined> {
    try {
      await this.#isLoaded(plan);
      return undefined;
    } catch (error) {
      if (!(error instanceof MetalGuardError)) throw error;
      return `${LAUNCHCTL} cannot be started: launchd is a part of macOS; nothing was written`;
    }
  }

  async #isLoaded({ target }: LaunchdPlace): Promise<boolean> {
    return (await this.#launchctl("print", target)).exitCode === 0;
  }

  /** @returns What went wrong, or `null`. */
  async #unload(plan: LaunchdPlace, steps: string[]): Promise<string | null> {
    const ended = await this.#launchctl("bootout", plan.target);
    // launchctl answers 36 while the job still winds up: it is on its way out.
    if (ended.exitCode !== 0 && ended.exitCode !== 36) {
      return failure("bootout", ended);
    }
    steps.push(`unloaded ${plan.target}`);
    return null;
  }

  #launchctl(...args: readonly string[]): Promise<ChildOutput> {
    return this.#ports.children.capture(LAUNCHCTL, {
      args,
      timeoutMs: LAUNCHCTL_TIMEOUT_MS,
    });
  }
}

function checkForm(
  kind: LaunchdJobKind,
  command: readonly string[],
  name: string | undefined,
): void {
  if (kind === "status-writer" && command.length > 0) {
    throw usage("status-writer takes no command");
  }
  if (name === undefined) return;
  if (!isJobName(name)) {
    throw usage(
      `"${plainText(name, 60)}" is no name for a job: use a to z, 0 to 9 and -`,
    );
  }
}

function checkMetricsDir(
  kind: LaunchdJobKind,
  folder: string | undefined,
): void {
  if (folder === undefined) return;
  if (kind !== "status-writer") {
    throw usage("--metrics-dir is for the status-writer");
  }
  if (!folder.startsWith("/")) {
    throw usage(
      `launchd starts jobs in /: write the whole path of ${
        plainText(folder, 200)
      }`,
    );
  }
}

function usage(words: string): MetalGuardError {
  return new MetalGuardError("usage", words);
}

function notOurs({ path }: LaunchdPlace): string {
  return `${path} was not written by metal-guard: it is left as it is`;
}

function failure(verb: string, output: ChildOutput): string {
  const words = plainText(`${output.stderr} ${output.stdout}`, 300);
  const why = output.timedOut ? "it did not answer" : words;
  return `launchctl ${verb} ended with ${output.exitCode}${
    why === "" ? "" : `: ${why}`
  }`;
}
