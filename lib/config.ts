/**
 * Every environment variable that metal-guard reads, once: name, unit, default, help.
 *
 * @module
 */
import {
  folderList,
  hoursToMs,
  isOne,
  mode,
  positiveCount,
  secondsToMs,
} from "./core/knob_value.ts";
import type { Finding } from "./core/finding.ts";
import { finding } from "./core/finding.ts";
import { HOUR_MS, SECOND_MS } from "./core/instant.ts";
import type { Mode } from "./core/mode.ts";
import type { EnvReader } from "./ports/env.ts";

/** Everything a user can tune. */
export interface Config {
  /** Defensive refuses; observer only tells. */
  readonly mode: Mode;
  /** Whether the panic gate may stop anything at all. */
  readonly panicGateEnabled: boolean;
  /** How long one GPU panic keeps GPU work away, in milliseconds. */
  readonly stage1CooldownMs: number;
  /** GPU panics within 24 h that lock. */
  readonly lockoutCount24h: number;
  /** GPU panics within 72 h that lock. */
  readonly lockoutCount72h: number;
  /** A lockout ends by itself this long after the earliest panic in the window, in milliseconds. */
  readonly lockoutMaxMs: number;
  /** Folder of our state files; `undefined` means `~/.cache/metal-guard`. */
  readonly stateFolder: string | undefined;
  /** Folders to read failure reports from; `undefined` means those of macOS. */
  readonly reportFolders: readonly string[] | undefined;
  /** Breadcrumb log; `undefined` means the usual places. */
  readonly breadcrumbPath: string | undefined;
  /** Lock record; `undefined` means `~/.metal-guard/locks/mlx_exclusive.lock`. */
  readonly lockPath: string | undefined;
  /** How long `force` waits for the end of the lock's holder, in milliseconds. */
  readonly forceWaitMs: number;
  /** How long after a forced end the GPU gets to give its memory back, in milliseconds. */
  readonly reclaimCooldownMs: number;
  /** Identity of the hold that whoever started us shares. */
  readonly sharedLockNonce: string | undefined;
  /** Hugging Face's cache of models; `undefined` means `hub` in its home. */
  readonly hubCache: string | undefined;
  /** Hugging Face's home; `undefined` means `~/.cache/huggingface`. */
  readonly hubHome: string | undefined;
  /** Dylib that asks the machine; `undefined` means the one that lies beside the program. */
  readonly libraryPath: string | undefined;
  /** Python that `safe-python` starts; `undefined` means `python3` on PATH. */
  readonly safePythonProgram: string | undefined;
  /** Least pause after another model's load, in milliseconds; 0 is off. */
  readonly crossModelIntervalMs: number;
  /** Age from which a worker without an end is an orphan, in milliseconds. */
  readonly orphanThresholdMs: number;
  /** Whether orphans are looked for. */
  readonly orphanWatchEnabled: boolean;
  /** Inferences after which a cold restart is advised; `undefined` means what the caller says, else 4000. */
  readonly coldRestartAfter: number | undefined;
  /** Whether cold restarts are advised. */
  readonly coldRestartEnabled: boolean;
  /** Rest of a gemma-4 before its first generate, in milliseconds. */
  readonly gemma4SleepMs: number;
  /** Whether a gemma-4 gets that rest. */
  readonly gemma4FlushEnabled: boolean;
  /** Marks a worker: `1` in its environment. */
  readonly subprocessWorker: string | undefined;
  /** Whether `safe-python` runs without asking the gate. */
  readonly safePythonForced: boolean;
  /** Whether a post-mortem collects anything. */
  readonly postmortemEnabled: boolean;
  /** How long a post-mortem that finds a GPU panic keeps GPU work away, in milliseconds; 0 is not at all. */
  readonly postmortemHoldMs: number;
  /** File or folder of own registry entries; `undefined` means none. */
  readonly registryOverlay: string | undefined;
}

/** One environment variable. */
export interface Knob<T> {
  /** Its name. */
  readonly env: string;
  /** What holds when it is unset, empty or bad. */
  readonly fallback: T;
  /** What its text means; `undefined` for a text that means nothing. */
  readonly parse: (raw: string) => T | undefined;
  /** What its text has to be, e.g. `a number of hours`. */
  readonly expects: string;
  /** What it does, in one line. */
  readonly help: string;
}

/** The only list of environment variables in the code base. */
export const KNOBS = {
  mode: {
    env: "METALGUARD_MODE",
    fallback: "defensive",
    parse: mode,
    expects: "defensive or observer",
    help: "defensive refuses; observer only tells",
  },
  panicGateEnabled: {
    env: "METALGUARD_PANIC_GATE_DISABLED",
    fallback: true,
    parse: (raw) => !isOne(raw),
    expects: "1",
    help: "Set to 1 to switch the panic gate off",
  },
  stage1CooldownMs: {
    env: "METALGUARD_PANIC_COOLDOWN_STAGE1_H",
    fallback: 2 * HOUR_MS,
    parse: hoursToMs,
    expects: "a number of hours, 0 or more",
    help: "How long one GPU panic keeps GPU work away",
  },
  lockoutCount24h: {
    env: "METALGUARD_PANIC_LOCKOUT_24H_N",
    fallback: 2,
    parse: positiveCount,
    expects: "a whole number of panics, 1 or more",
    help: "GPU panics within 24 hours that lock until an ack",
  },
  lockoutCount72h: {
    env: "METALGUARD_PANIC_LOCKOUT_72H_N",
    fallback: 3,
    parse: positiveCount,
    expects: "a whole number of panics, 1 or more",
    help: "GPU panics within 72 hours that lock until an ack",
  },
  lockoutMaxMs: {
    env: "METALGUARD_PANIC_LOCKOUT_MAX_H",
    fallback: 72 * HOUR_MS,
    parse: hoursToMs,
    expects: "a number of hours, 0 or more",
    help: "A lockout ends by itself this long after its earliest panic",
  },
  stateFolder: {
    env: "METALGUARD_STATE_DIR",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "Folder of the state files, instead of ~/.cache/metal-guard",
  },
  reportFolders: {
    env: "METALGUARD_REPORT_DIRS",
    fallback: undefined,
    parse: folderList,
    expects: "paths with colons between them",
    help: "Folders of failure reports, with colons, instead of those of macOS",
  },
  breadcrumbPath: {
    env: "METALGUARD_BREADCRUMB_PATH",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "Breadcrumb log, instead of the usual places",
  },
  lockPath: {
    env: "MLX_LOCK_PATH",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "Lock record, instead of ~/.metal-guard/locks/mlx_exclusive.lock",
  },
  forceWaitMs: {
    env: "MLX_FORCE_WAIT_SEC",
    fallback: 30 * SECOND_MS,
    parse: secondsToMs,
    expects: "a number of seconds, 0 or more",
    help: "How long --force waits for the end of the lock's holder",
  },
  reclaimCooldownMs: {
    env: "MLX_RECLAIM_COOLDOWN_SEC",
    fallback: 8 * SECOND_MS,
    parse: secondsToMs,
    expects: "a number of seconds, 0 or more",
    help: "How long after a forced end the GPU gets to give its memory back",
  },
  sharedLockNonce: {
    env: "METALGUARD_LOCK_NONCE",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "the identity of a hold",
    help: "Set by metal-guard for what it starts, so that it shares the lock",
  },
  crossModelIntervalMs: {
    env: "METALGUARD_CROSS_MODEL_INTERVAL",
    fallback: 0,
    parse: secondsToMs,
    expects: "a number of seconds, 0 or more",
    help: "Least pause between loads of two models; 0 is off",
  },
  orphanThresholdMs: {
    env: "METALGUARD_SUBPROC_ORPHAN_THRESHOLD_SEC",
    fallback: 90 * SECOND_MS,
    parse: secondsToMs,
    expects: "a number of seconds, 0 or more",
    help: "Age from which a worker without an end is an orphan",
  },
  orphanWatchEnabled: {
    env: "METALGUARD_SUBPROC_ORPHAN_WATCH_DISABLED",
    fallback: true,
    parse: (raw) => !isOne(raw),
    expects: "1",
    help: "Set to 1 to look for no orphans",
  },
  coldRestartAfter: {
    env: "METALGUARD_COLD_RESTART_AFTER_N",
    fallback: undefined,
    parse: positiveCount,
    expects: "a whole number, 1 or more",
    help: "Inferences after which a worker is better started anew",
  },
  coldRestartEnabled: {
    env: "METALGUARD_COLD_RESTART_DISABLED",
    fallback: true,
    parse: (raw) => !isOne(raw),
    expects: "1",
    help: "Set to 1 to advise no cold restart",
  },
  gemma4SleepMs: {
    env: "METALGUARD_GEMMA4_FIRSTGEN_SLEEP_SEC",
    fallback: 3 * SECOND_MS,
    parse: secondsToMs,
    expects: "a number of seconds, 0 or more",
    help: "How long a gemma-4 rests before its first generate",
  },
  gemma4FlushEnabled: {
    env: "METALGUARD_GEMMA4_FIRSTGEN_DISABLED",
    fallback: true,
    parse: (raw) => !isOne(raw),
    expects: "1",
    help: "Set to 1 to let a gemma-4 begin without a rest",
  },
  subprocessWorker: {
    env: "METALGUARD_SUBPROCESS_WORKER",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "1",
    help: "1 marks a worker that metal-guard started",
  },
  hubCache: {
    env: "HF_HUB_CACHE",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "Hugging Face's cache of models, instead of hub in its home",
  },
  hubHome: {
    env: "HF_HOME",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "Hugging Face's home, instead of ~/.cache/huggingface",
  },
  libraryPath: {
    env: "METALGUARD_LIBRARY",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "Dylib that asks the machine, instead of the one beside the program",
  },
  safePythonProgram: {
    env: "MLX_SAFE_PYTHON_BIN",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path, or a name on PATH",
    help: "Python that safe-python starts, instead of python3 on PATH",
  },
  safePythonForced: {
    env: "MLX_SAFE_PYTHON_FORCE",
    fallback: false,
    parse: isOne,
    expects: "1",
    help: "Set to 1 to let safe-python run although the gate is closed",
  },
  postmortemEnabled: {
    env: "METALGUARD_POSTMORTEM_DISABLED",
    fallback: true,
    parse: (raw) => !isOne(raw),
    expects: "1",
    help: "Set to 1 to let postmortem collect nothing",
  },
  postmortemHoldMs: {
    env: "METALGUARD_POSTMORTEM_SENTINEL_H",
    fallback: 2 * HOUR_MS,
    parse: hoursToMs,
    expects: "a number of hours, 0 or more",
    help: "How long postmortem keeps GPU work away after a panic; 0 is off",
  },
  registryOverlay: {
    env: "METALGUARD_REGISTRY",
    fallback: undefined,
    parse: (raw) => raw,
    expects: "a path",
    help: "File or folder of own registry entries, merged and marked as such",
  },
} as const satisfies { readonly [K in keyof Config]: Knob<Config[K]> };

/** What the environment asked for, and what of it could not be used. */
export interface ResolvedConfig {
  /** The values that hold. */
  readonly config: Config;
  /** One finding a variable whose text means nothing. */
  readonly findings: readonly Finding[];
}

/**
 * Reads every knob once. A bad value is a finding, never fatal: the default holds. An empty value counts as unset.
 *
 * @param env The environment.
 * @param overrides Values that win over the environment.
 */
export function resolveConfig(
  env: EnvReader,
  overrides: Partial<Config> = {},
): ResolvedConfig {
  const findings: Finding[] = [];
  function read<T>(knob: Knob<T>): T {
    const raw = env(knob.env);
    if (raw === undefined || raw === "") return knob.fallback;
    const value = knob.parse(raw);
    if (value !== undefined) return value;
    findings.push(badValue(knob, raw));
    return knob.fallback;
  }
  const config: Config = {
    mode: read<Mode>(KNOBS.mode),
    panicGateEnabled: read<boolean>(KNOBS.panicGateEnabled),
    stage1CooldownMs: read<number>(KNOBS.stage1CooldownMs),
    lockoutCount24h: read<number>(KNOBS.lockoutCount24h),
    lockoutCount72h: read<number>(KNOBS.lockoutCount72h),
    lockoutMaxMs: read<number>(KNOBS.lockoutMaxMs),
    stateFolder: read<string | undefined>(KNOBS.stateFolder),
    reportFolders: read<readonly string[] | undefined>(KNOBS.reportFolders),
    breadcrumbPath: read<string | undefined>(KNOBS.breadcrumbPath),
    lockPath: read<string | undefined>(KNOBS.lockPath),
    forceWaitMs: read<number>(KNOBS.forceWaitMs),
    reclaimCooldownMs: read<number>(KNOBS.reclaimCooldownMs),
    sharedLockNonce: read<string | undefined>(KNOBS.sharedLockNonce),
    crossModelIntervalMs: read<number>(KNOBS.crossModelIntervalMs),
    orphanThresholdMs: read<number>(KNOBS.orphanThresholdMs),
    orphanWatchEnabled: read<boolean>(KNOBS.orphanWatchEnabled),
    coldRestartAfter: read<number | undefined>(KNOBS.coldRestartAfter),
    coldRestartEnabled: read<boolean>(KNOBS.coldRestartEnabled),
    gemma4SleepMs: read<number>(KNOBS.gemma4SleepMs),
    gemma4FlushEnabled: read<boolean>(KNOBS.gemma4FlushEnabled),
    subprocessWorker: read<string | undefined>(KNOBS.subprocessWorker),
    hubCache: read<string | undefined>(KNOBS.hubCache),
    hubHome: read<string | undefined>(KNOBS.hubHome),
    libraryPath: read<string | undefined>(KNOBS.libraryPath),
    safePythonProgram: read<string | undefined>(KNOBS.safePythonProgram),
    safePythonForced: read<boolean>(KNOBS.safePythonForced),
    postmortemEnabled: read<boolean>(KNOBS.postmortemEnabled),
    postmortemHoldMs: read<number>(KNOBS.postmortemHoldMs),
    registryOverlay: read<string | undefined>(KNOBS.registryOverlay),
    ...overrides,
  };
  return { config, findings };
}

function badValue(knob: Knob<unknown>, raw: string): Finding {
  return finding(
    "knob-bad-value",
    `${knob.env}=${
      JSON.stringify(raw.slice(0, 80))
    } is not usable: the default holds`,
    `Set ${knob.env} to ${knob.expects}, or unset it`,
  );
}
