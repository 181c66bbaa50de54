import { MetalGuardError, RefusedError } from "../../core/error.ts";
import { MIB } from "../../core/bytes.ts";
import { LockHeldError } from "../../core/lock_error.ts";
import { plainText } from "../../core/plain_text.ts";
import type { GuardedRunOptions } from "../../compose/guarded_run.ts";
import { decodeRunReport } from "../../parse/run_report_file.ts";
import { conflictText } from "../../report/lock.ts";
import { explainRunText } from "../../report/run_report.ts";
import { type CliContext, command, complain, outputStyle } from "../context.ts";
import { EXIT } from "../exit_code.ts";

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

/** A report is small; a larger file is none. */
const MAX_REPORT_BYTES = 2 ** 20;

/**
 * `metal-guard run [options] -- CMD…`: the guard around any command. It ends as the command does; 75 it was not started, 76 the
 * guard ended it.
 */
export default command<RunFlags, string[]>(async (context, flags, ...words) => {
  if (flags.explain !== undefined) return explain(context, flags.explain);
  if (words.length === 0) {
    throw new MetalGuardError(
      "usage",
      "Name the command to run behind --: metal-guard run --max-footprint 26GiB -- CMD",
    );
  }
  if (flags.probe !== undefined && flags.probeOpenai !== undefined) {
    throw new MetalGuardError("usage", "Use either --probe or --probe-openai");
  }
  const { runGuarded } = await import("../../compose/guarded_run.ts");
  try {
    const result = await runGuarded(
      words,
      optionsOf(context, flags),
      context.ports,
    );
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
}, { failedCode: EXIT.internal });

function optionsOf(context: CliContext, flags: RunFlags): GuardedRunOptions {
  const { guard, ports, terminal } = context;
  const isObserver = flags.observe || guard.mode.isObserver;
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

function explain(context: CliContext, path: string): number {
  const { store } = context.ports;
  const text = new TextDecoder().decode(store.readHead(path, MAX_REPORT_BYTES));
  const report = decodeRunReport(text);
  context.terminal.stdout.write(
    explainRunText(report, { style: outputStyle(context) }),
  );
  return 0;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
