import type { MetalGuardPorts } from "../compose.ts";
import type { WiredPolicy } from "../core/worker.ts";
import type { ProbeCommand } from "../layers/server_probe.ts";
import type { SupervisedRunOptions } from "../layers/supervised_run.ts";
import type { RunSetup, RunSubject } from "./run_setup.ts";
import type { RunningGuard } from "./running.ts";

/** How a command is run. */
export interface GuardedRunOptions
  extends Omit<SupervisedRunOptions, "beforeRestart" | "env" | "probe"> {
  /** What for; others see it in the lock. */
  readonly label: string;
  /** The model; `undefined` means that of the command line. */
  readonly model: string | undefined;
  /** Longest wait for gate, breaker, lock and cadence, in milliseconds; 0 refuses at once. */
  readonly waitMs: number;
  /** Whether findings refuse too. */
  readonly isStrict: boolean;
  /** Whether the lock is left to the program. */
  readonly isLockSkipped: boolean;
  /** Where the report goes. */
  readonly reportPath: string | undefined;
  /** Whether the report holds the command line and what it wrote to standard error. */
  readonly hasReportDetails: boolean;
  /** Whether standard error is looked at; not where it is a terminal. */
  readonly readsErrors: boolean;
  /** How it is asked whether it still works. */
  readonly probe: ProbeCommand | undefined;
  /** What the Pythons of the command do about wired memory. @default "stock" */
  readonly wired?: WiredPolicy;
}

/** How it ended. */
export interface GuardedRunResult {
  /** The program's own code, or 76. */
  readonly exitCode: number;
  /** Why the guard ended it; `null` when it ended by itself. */
  readonly cause: string | null;
  /** The highest footprint seen, in bytes. */
  readonly peakBytes: number | undefined;
  /** What to limit the next run to, in bytes; for an observer only. */
  readonly recommendedBytes: number | null;
}

/** What of the world a run touches by itself. */
export type RunPorts = Pick<
  MetalGuardPorts,
  "children" | "clock" | "env" | "log" | "store" | "system" | "watchers"
>;

/** The layers that a run asks. */
export interface RunHost extends
  Pick<
    RunningGuard,
    | "breadcrumbs"
    | "cadence"
    | "circuitBreaker"
    | "describeFit"
    | "footprints"
    | "lock"
    | "lockRun"
    | "mode"
    | "panicCooldown"
    | "paths"
    | "processes"
  > {
  /** Loads what reads the Python and the model that a command stands on. */
  loadSetup(subject: RunSubject): Promise<RunSetup>;
}
