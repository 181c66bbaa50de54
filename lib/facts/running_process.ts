import type { StartToken } from "../core/process_identity.ts";
import type {
  EndSignal,
  ProcessTable,
  SignalOutcome,
} from "../ports/process_table.ts";

/** A process that runs, as far as callers go who only ask whether it still is a certain one. */
export interface RunningProcess {
  /** Its pid. */
  readonly pid: number;
  /** When it started, in the terms of whoever was asked; of kind {@linkcode UNKNOWN_KIND} where nobody could say. */
  readonly startToken: StartToken;
  /** The same as a time; `undefined` where the source gives none. */
  readonly startedAt: Temporal.Instant | undefined;
  /** Who runs it; `undefined` where that cannot be told. */
  readonly userId: number | undefined;
}

/** Other processes, one pid at a time. */
export interface RunningProcesses {
  /** Who has a pid now; `undefined` when nobody has: gone, or a zombie. */
  identityOf(pid: number): Promise<RunningProcess | undefined>;
  /** Signals exactly that process, after one more look at who has its pid. */
  kill(process: RunningProcess, signal: EndSignal): Promise<SignalOutcome>;
}

/** Kind of a start token that says nothing: it equals no other, so that its process is neither swept nor signalled. */
export const UNKNOWN_KIND = "unknown";

/**
 * Asks a process table who runs.
 *
 * Fails closed (SAFETY I1): a process that cannot be looked at runs, and has a token which can be compared with none.
 *
 * @param table Processes of this machine.
 */
export function runningProcesses(table: ProcessTable): RunningProcesses {
  return {
    identityOf: async (pid) => {
      const reading = await table.read(pid);
      switch (reading.kind) {
        case "alive": {
          const { startToken, startedAt, userId } = reading.facts;
          return { pid, startToken, startedAt, userId };
        }
        case "unknown":
          return {
            pid,
            startToken: { kind: UNKNOWN_KIND, value: "" },
            startedAt: undefined,
            userId: undefined,
          };
        case "gone":
        case "zombie":
          return undefined;
      }
    },
    kill: ({ pid, startToken }, signal) =>
      startToken.kind === UNKNOWN_KIND
        ? Promise.resolve("unproved")
        : table.signal({ pid, startToken }, signal),
  };
}
