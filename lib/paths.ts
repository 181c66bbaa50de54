/**
 * Where everything lies that metal-guard reads and writes (SPEC 1, 1.1, 1.2, 2.1).
 *
 * @module
 */
import type { Config } from "./config.ts";
import { type Finding, finding } from "./core/finding.ts";
import type { EnvReader } from "./ports/env.ts";

/** One folder in which the system leaves failure reports. */
export interface ReportFolder {
  /** Its path. */
  readonly path: string;
  /** Whether kernel panics are expected here, so that "cannot be listed" is no "no panics". */
  readonly isEvidence: boolean;
}

/** Every path of SPEC 1. `undefined` means that there is no place for it: no HOME. */
export interface Paths {
  /** The user's home folder. */
  readonly home: string | undefined;
  /** Folder of our state files. */
  readonly stateFolder: string | undefined;
  /** Hold set by a person or a post-mortem. */
  readonly sentinel: string | undefined;
  /** The gate's countdown while something holds; it lies beside the hold. */
  readonly gateClock: string | undefined;
  /** A person's "go on". */
  readonly ack: string | undefined;
  /** Ledger of kernel panics. */
  readonly ledger: string | undefined;
  /** What reports said when they were read. */
  readonly reportDigests: string | undefined;
  /** When models were last loaded. */
  readonly cadence: string | undefined;
  /** The circuit breaker's record. */
  readonly breaker: string | undefined;
  /** Folder in which running guards publish themselves. */
  readonly guards: string | undefined;
  /** Hugging Face's cache of models. */
  readonly hub: string | undefined;
  /** Records of supervised runs. */
  readonly runs: string | undefined;
  /** With what a run last ended well. */
  readonly lastGood: string | undefined;
  /** For which panics a post-mortem has set a hold. */
  readonly postmortem: string | undefined;
  /** Lock record. */
  readonly lock: string | undefined;
  /** Cache of Metal's recommended limit. */
  readonly workingSet: string | undefined;
  /** Whether the dylib went through its trial on this system. */
  readonly nativeTrial: string | undefined;
  /** Status snapshot. */
  readonly status: string | undefined;
  /** Breadcrumb log as it was asked for; `null` switches it off, `undefined` means the usual places. */
  readonly breadcrumbs: string | null | undefined;
  /** Breadcrumb log where nothing was asked for. */
  readonly defaultBreadcrumbs: string | undefined;
  /** Folders of failure reports, in the order in which they are read. */
  readonly reportFolders: readonly ReportFolder[];
}

/** Paths that a caller of the library may set. */
export type PathOverrides = { readonly [K in keyof Paths]?: Paths[K] };

const SYSTEM_REPORTS = "/Library/Logs/DiagnosticReports";

/**
 * Finds every path once.
 *
 * @param config Paths that were configured.
 * @param env Asked for `HOME` only.
 * @param overrides Paths that win over everything.
 * @returns The paths, and a finding when there is no usable HOME.
 */
export function resolvePaths(
  config: Config,
  env: EnvReader,
  overrides: PathOverrides = {},
): { readonly paths: Paths; readonly findings: readonly Finding[] } {
  const home = "home" in overrides ? overrides.home : usableHome(env("HOME"));
  const stateFolder = "stateFolder" in overrides
    ? overrides.stateFolder
    : config.stateFolder ?? under(home, ".cache/metal-guard");
  const paths: Paths = {
    home,
    stateFolder,
    sentinel: under(stateFolder, "panic-sentinel.json"),
    gateClock: under(stateFolder, "gate-clock.json"),
    ack: under(home, ".metal-guard-ack"),
    ledger: under(stateFolder, "panics.jsonl"),
    reportDigests: under(stateFolder, "report-digests.jsonl"),
    cadence: under(stateFolder, "cadence.json"),
    breaker: under(stateFolder, "breaker.json"),
    guards: under(stateFolder, "guards"),
    hub: config.hubCache ??
      under(config.hubHome ?? under(home, ".cache/huggingface"), "hub"),
    runs: under(stateFolder, "runs"),
    lastGood: under(stateFolder, "last-good.json"),
    postmortem: under(stateFolder, "postmortem.json"),
    lock: config.lockPath ??
      under(home, ".metal-guard/locks/mlx_exclusive.lock"),
    workingSet: under(stateFolder, "working-set.json"),
    nativeTrial: under(stateFolder, "native-trial.json"),
    status: under(stateFolder, "status.json"),
    breadcrumbs: config.breadcrumbPath,
    defaultBreadcrumbs: under(stateFolder, "metal_breadcrumb.log"),
    reportFolders: config.reportFolders === undefined
      ? standardFolders(home)
      : config.reportFolders.flatMap((path) => withRetired(path)),
    ...overrides,
  };
  return { paths, findings: home === undefined ? [noHome(env("HOME"))] : [] };
}

function standardFolders(home: string | undefined): readonly ReportFolder[] {
  const user = under(home, "Library/Logs/DiagnosticReports");
  return [
    ...withRetired(SYSTEM_REPORTS),
    ...(user === undefined ? [] : withRetired(user)),
    // Belongs to root: that it cannot be read is the usual case and proves nothing (SPEC 4.3).
    { path: "/var/db/PanicReporter", isEvidence: false },
  ];
}

function withRetired(path: string): readonly ReportFolder[] {
  return [
    { path, isEvidence: true },
    { path: `${path}/Retired`, isEvidence: true },
  ];
}

function usableHome(raw: string | undefined): string | undefined {
  if (raw === undefined || !raw.startsWith("/")) return undefined;
  return raw.length > 1 ? raw.replace(/\/+$/, "") || "/" : raw;
}

function under(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) return undefined;
  return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

function noHome(raw: string | undefined): Finding {
  return finding(
    "no-home",
    raw === undefined || raw === ""
      ? "HOME is not set: holds, acks and breadcrumbs of a user cannot be read"
      : "HOME is not an absolute path: holds, acks and breadcrumbs of a user cannot be read",
    "Set HOME to the user's home folder; under launchd: EnvironmentVariables in the property list",
  );
}
