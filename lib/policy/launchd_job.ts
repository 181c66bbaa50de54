import type { PropertyMap } from "../core/property_value.ts";

/** What launchd may be asked to keep going. */
export type LaunchdJobKind = "status-writer" | "gate" | "run";

/** What {@linkcode launchdJob} has to know. Every path is absolute. */
export interface LaunchdJobFacts {
  /** Which job. */
  readonly kind: LaunchdJobKind;
  /** Words behind `--`: the command to guard; empty for none. */
  readonly command: readonly string[];
  /** Last part of the label of a job with a command; from the command's name when left out. */
  readonly name?: string | undefined;
  /** Folder for the status-writer's metrics; left out, none are written. */
  readonly metricsDir?: string | undefined;
  /** The program `metal-guard`. */
  readonly program: string;
  /** The user's home. */
  readonly home: string;
  /**
   * `PATH` for the command, and our own variables that are set now: launchd hands on none of them. Those of one run, and
   * those that switch a guard off, are left out.
   */
  readonly variables: Readonly<Record<string, string>>;
  /** Folders in which kernel panic reports appear. */
  readonly reportFolders: readonly string[];
}

/** A job: what it is called, where its file lies, and what is in it. */
export interface LaunchdJob {
  /** Its label. */
  readonly label: string;
  /** Its property list in the user's `LaunchAgents`. */
  readonly path: string;
  /** Folder of its log; launchd makes the log, not the folder. */
  readonly logFolder: string;
  /** Content of the property list. */
  readonly content: PropertyMap;
}

/** Beginning of every label of ours. */
export const LABEL_PREFIX = "com.metal-guard";

/**
 * launchd starts a job that ends again at the earliest after this many seconds. Its own default, 10, would try an MLX
 * server six times a minute; each try loads a model.
 */
const THROTTLE_SECONDS = 60;

/** From TERM to KILL, in seconds: `run` gives its child 10 and needs a moment itself. launchd's default is 20. */
const EXIT_SECONDS = 45;

/** Seconds between two snapshots (SPEC 13). */
const STATUS_SECONDS = 30;

/**
 * Waits for the gate, then becomes the command. A gate that cannot tell lets it start, loudly, as every wrapper of ours
 * does. The words of a user are arguments, never part of the script.
 */
const GATE_SCRIPT = '"$0" panic-gate --wait --quiet; code=$?; ' +
  'if [ "$code" -eq 2 ]; then exit 75; ' +
  'elif [ "$code" -ne 0 ]; then echo "metal-guard: the gate cannot tell (exit $code), going on" >&2; fi; ' +
  'exec "$@"';

/** Last part of a label. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Whether a text may be the last part of a label. */
export function isJobName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Writes the job of launchd for one of our programs.
 *
 * - `status-writer` is kept alive whatever it ends with: `launchctl bootout` is the way to stop it.
 * - `gate` alone runs at login and when a report appears, so that panics are written down. It ends; that is no failure.
 * - `gate` and `run` with a command are started again when they end badly. 75 (refused) counts as that: the next try asks
 *   the gate again. A command below `/Volumes` is kept alive while its file is there. Both conditions in one job would be
 *   joined by "or" and start a job that had ended well.
 *
 * @param facts What to run, and where.
 */
export function launchdJob(facts: LaunchdJobFacts): LaunchdJob {
  const label = jobLabel(facts);
  const logFolder = jobLogFolder(facts.home);
  return {
    label,
    path: jobPath(facts.home, label),
    logFolder,
    content: {
      Label: label,
      ProgramArguments: argumentsOf(facts),
      ...environmentOf(facts),
      ...scheduleOf(facts),
      ...logsOf(facts, `${logFolder}/${label}.log`),
    },
  };
}

/**
 * The label of a job, e.g. `com.metal-guard.run.qwen`.
 *
 * @param job Which job; its name wins over the name of its command.
 */
export function jobLabel(
  { kind, command, name }: Pick<LaunchdJobFacts, "kind" | "command" | "name">,
): string {
  const [program] = command;
  const last = name ?? (program === undefined ? undefined : nameOf(program));
  return last === undefined
    ? `${LABEL_PREFIX}.${kind}`
    : `${LABEL_PREFIX}.${kind}.${last}`;
}

/** Where the logs of jobs lie. */
export function jobLogFolder(home: string): string {
  return `${home}/Library/Logs/metal-guard`;
}

/** Where the property list of a label lies. */
export function jobPath(home: string, label: string): string {
  return `${home}/Library/LaunchAgents/${label}.plist`;
}

/** A label's last part out of a program's path: `/v/bin/mlx_lm.server` gives `mlx-lm-server`. */
function nameOf(program: string): string {
  const name = program.slice(program.lastIndexOf("/") + 1).toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-|-$/g, "");
  return name === "" ? "command" : name;
}

function argumentsOf(facts: LaunchdJobFacts): readonly string[] {
  const { kind, command, program } = facts;
  switch (kind) {
    case "status-writer":
      return [
        program,
        "status-write",
        "--interval",
        String(STATUS_SECONDS),
        ...(facts.metricsDir === undefined
          ? []
          : ["--metrics-dir", facts.metricsDir]),
      ];
    case "gate":
      return command.length === 0
        ? [program, "panic-gate"]
        : ["/bin/sh", "-c", GATE_SCRIPT, program, ...command];
    case "run":
      return [program, "run", "--wait", "--", ...command];
  }
}

/**
 * Switches a guard off, or belongs to one process and its children (the nonce by which they join a lock): right for one
 * command, never for every start from now on.
 */
const OF_ONE_RUN = /_(?:DISABLED|FORCE|NONCE|WORKER)$/;

function environmentOf(facts: LaunchdJobFacts): PropertyMap {
  const own = Object.entries(facts.variables).filter(([name]) =>
    name === "PATH" ? facts.command.length > 0 : !OF_ONE_RUN.test(name)
  );
  return own.length === 0
    ? {}
    : { EnvironmentVariables: Object.fromEntries(own) };
}

function scheduleOf(facts: LaunchdJobFacts): PropertyMap {
  const [program] = facts.command;
  if (program === undefined) {
    return facts.kind === "status-writer"
      ? {
        RunAtLoad: true,
        KeepAlive: true,
        ThrottleInterval: STATUS_SECONDS,
        ProcessType: "Background",
        LowPriorityIO: true,
      }
      : {
        RunAtLoad: true,
        WatchPaths: facts.reportFolders,
        ThrottleInterval: THROTTLE_SECONDS,
        ProcessType: "Background",
      };
  }
  const isRemovable = program.startsWith("/Volumes/");
  return {
    RunAtLoad: !isRemovable,
    KeepAlive: isRemovable
      ? { PathState: { [program]: true } }
      : { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_SECONDS,
    ExitTimeOut: EXIT_SECONDS,
  };
}

/** Snapshots are a file; what the writer prints would only grow a log that nothing rotates. */
function logsOf({ kind }: LaunchdJobFacts, log: string): PropertyMap {
  return {
    StandardOutPath: kind === "status-writer" ? "/dev/null" : log,
    StandardErrorPath: log,
  };
}
