import type { Observed } from "../core/observed.ts";
import type {
  ProcessIdentity,
  ProcessReading,
} from "../core/process_identity.ts";

export type {
  ProcessFacts,
  ProcessIdentity,
  ProcessReading,
} from "../core/process_identity.ts";

/** What may be sent to a process that is not our child. */
export type EndSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGKILL";

/** What became of a signal. */
export type SignalOutcome =
  /** It was sent. */
  | "sent"
  /** There is nobody of that identity any more, so nobody got it. */
  | "gone"
  /** It is there and belongs to somebody else. */
  | "denied"
  /** It could not be proved to be that process, so nobody got it. */
  | "unproved";

/** Processes of this machine. A process is (pid, start token), never a pid. */
export interface ProcessTable {
  /** Looks at one pid. Never throws: what cannot be known is `unknown`. */
  read(pid: number): Promise<ProcessReading>;
  /**
   * Everything alive that descends from `pid` by parentage now, in no order, without `pid` itself. One that was orphaned
   * no longer shows its descent.
   */
  readDescendants(
    pid: number,
  ): Promise<Observed<readonly ProcessIdentity[]>>;
  /**
   * Signals a process, after a fresh look that it still is that one. What the look cannot prove is not signalled.
   *
   * @param identity Whom.
   * @param signal What.
   */
  signal(
    identity: ProcessIdentity,
    signal: EndSignal,
  ): Promise<SignalOutcome>;
}
