import type { LockHold } from "../core/lock_hold.ts";
import type { ChildEnd, ChildProcesses } from "./child_process.ts";
import type { Clock } from "./clock.ts";
import type { Footprints } from "./footprints.ts";
import type { ForegroundChild } from "./foreground_child.ts";
import type { GuardWatchers } from "./guard_watcher.ts";
import type { Log } from "./log.ts";
import type { ProcessTable } from "./process_table.ts";

/** Figures of a record. */
export type RunDetails = Readonly<Record<string, string | number | null>>;

/** How one program is started. */
export interface StartOptions {
  /** Variables set on top of ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Shown its standard error; left out where that is a terminal. */
  readonly onErrorOutput?: (chunk: Uint8Array) => void;
  /** Told of a signal from outside, which goes on to the program by itself. */
  readonly onSignal: (signal: string) => void;
  /** Told that it was stopped (TSTP), or goes on (CONT). */
  readonly onPaused?: (isPaused: boolean) => void;
  /** Told of its process before the program itself runs in it. */
  readonly onStarted: (child: ForegroundChild) => Promise<void>;
  /** Told that the program itself runs from now on. */
  readonly onLetGo: () => void;
  /** Told of a lost lock. */
  readonly onLockLost: (reason: string) => void;
}

/** A probe: whether the program still does its work. */
export interface ProbeOptions {
  /** Answers whether it does. */
  readonly isAlive: () => Promise<boolean>;
  /** Time between two, in milliseconds. */
  readonly intervalMs: number;
  /** Time before the first one, in milliseconds: a model has to load. */
  readonly firstAfterMs: number;
}

/** What the supervision of a program works with. */
export interface SupervisedRunPorts {
  /** Time. */
  readonly clock: Clock;
  /** Processes. */
  readonly table: ProcessTable;
  /** Their memory. */
  readonly footprints: Footprints;
  /** Who ends the program when we die. */
  readonly watchers: GuardWatchers;
  /** Probes and commands to save work. */
  readonly children: ChildProcesses;
  /** Words for a person. */
  readonly log: Log;
  /** Runs the program under the hold; resolves when all that it started is gone. */
  readonly runUnder: (
    hold: LockHold,
    command: readonly string[],
    options: StartOptions,
  ) => Promise<ChildEnd>;
  /** Writes a record and waits until it is on the disk. Never throws. */
  readonly record: (kind: string, details: RunDetails) => void;
}
