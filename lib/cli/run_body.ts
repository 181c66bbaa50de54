import { RefusedError } from "../core/error.ts";
import { MIB } from "../core/bytes.ts";
import { LockHeldError } from "../core/lock_error.ts";
import { plainText } from "../core/plain_text.ts";
import type {
  GuardedRunOptions,
  GuardedRunResult,
} from "../compose/run_types.ts";
import { conflictText } from "../report/lock.ts";
import { complain, type GateContext } from "./context.ts";
import { EXIT } from "./exit_code.ts";

/** Flags of `run`. */
export interface RunFlags {
  readonly model?: string;
  readonly label: string;
  readonly maxFootprint?: number;
  readonly grace: number;
  readonly wallTime?: number;
  readonly restart: "never" | "on-failure" | "always";
  readonly observe: boolean;
  readonly strict: boolean;
  readonly noLock: boolean;
  readonly wait?: number;
  readonly beforeTerm?: string;
  readonly beforeTermTimeout: number;
  readonly onGuardExit: "terminate" | "detach";
  readonly report?: string;
  readonly reportDetails: boolean;
  readonly explain?: string;
  readonly probe?: string;
  readonly probeOpenai?: string;
  readonly probeInterval: number;
  readonly probeTimeout: number;
  readonly probeFailures: number;
  readonly probeAfter: number;
  readonly wiredLimit?: "stock" | "off" | number;
}

/** Runs a command with the layers of its caller. */
export type RunCommand = (
  command: readonly string[],
  options: GuardedRunOptions,
) => Promise<GuardedRunResult>;

/**
 * Runs what the flags ask for, and says why not.
 *
 * @param context Ports and streams.
 * @param flags As they were given.
 * @param words The program and its arguments.
 * @param run Runs it; its {@linkcode RefusedError} and {@linkcode LockHeldError} become 75.
 * @returns The program's exit code.
 */
export async function runFlagged(
  context: GateContext,
  flags: RunFlags,
  words: readonly string[],
  run: RunCommand,
): Promise<number> {
  try {
    const result = await run(words, optionsOf(context, flags));
    if (result.recommendedBytes !== null) {
      complain(
        context,
        `peak ${mib(result.peakBytes ?? 0)}; recommended: --max-footprint ${
          Math.round(result.recommendedBytes / MIB)
        }MiB`,
      );
    }
    return result.exitCode;
  } catch (error) {
    if (error instanceof LockHeldError) {
      context.terminal.stderr.write(conflictText(error));
      return EXIT.refused;
    }
    if (!(error instanceof RefusedError)) throw error;
    complain(context, error.message);
    for (const line of error.verdict.wayOut.split("\n")) {
      complain(context, plainText(line));
    }
    return EXIT.refused;
  }
}

function optionsOf(context: GateContext, flags: RunFlags): GuardedRunOptions {
  const { guard, ports, terminal } = context;
  const isObserver = flags.observe || guard.config.mode === "observer";
  return {
    label: flags.label,
    model: flags.model,
    maxFootprintBytes: flags.maxFootprint ?? null,
    graceMs: flags.grace,
    wallTimeMs: flags.wallTime ?? null,
    restart: flags.restart,
    probeFailures: flags.probeFailures,
    isObserver,
    waitMs: flags.wait ?? 0,
    isStrict: flags.strict,
    isLockSkipped: flags.noLock,
    onGuardExit: isObserver ? "detach" : flags.onGuardExit,
    reportPath: flags.report,
    hasReportDetails: flags.reportDetails,
    readsErrors: !terminal.stderr.isTerminal,
    ...(flags.wiredLimit === undefined ? {} : { wired: flags.wiredLimit }),
    probe: probeOf(flags, ports.env("METALGUARD_PROBE_KEY")),
    ...(flags.beforeTerm === undefined ? {} : {
      beforeTerm: {
        words: flags.beforeTerm,
        timeoutMs: flags.beforeTermTimeout,
      },
    }),
  };
}

function probeOf(
  flags: RunFlags,
  key: string | undefined,
): GuardedRunOptions["probe"] {
  const times = {
    intervalMs: flags.probeInterval,
    timeoutMs: flags.probeTimeout,
    firstAfterMs: flags.probeAfter,
  };
  if (flags.probe !== undefined) {
    return { how: { kind: "shell", words: flags.probe }, ...times };
  }
  return flags.probeOpenai === undefined
    ? undefined
    : { how: { kind: "openai", url: flags.probeOpenai, key }, ...times };
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
