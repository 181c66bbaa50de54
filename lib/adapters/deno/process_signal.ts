import { compareStartTokens } from "../../core/process_identity.ts";
import type { ProcessIdentity } from "../../core/process_identity.ts";
import type {
  EndSignal,
  ProcessReading,
  SignalOutcome,
} from "../../ports/process_table.ts";

/** Sends a signal or throws as `Deno.kill` does; the number 0 only asks whether there is somebody. */
export type Kill = (pid: number, signal: EndSignal | 0) => void;

/** Whether there is anybody under a pid, and whether we might signal them. */
export function probePid(kill: Kill, pid: number): "ours" | "theirs" | "gone" {
  try {
    kill(pid, 0);
    return "ours";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "gone";
    return "theirs";
  }
}

/**
 * Signals a process right after a look at it.
 *
 * Fails closed: whoever cannot be proved to be that process is not signalled.
 *
 * @param identity Whom.
 * @param signal What.
 * @param reading What the look showed.
 * @param kill How it is sent.
 */
export function signalAfterLook(
  identity: ProcessIdentity,
  signal: EndSignal,
  reading: ProcessReading,
  kill: Kill,
): SignalOutcome {
  if (reading.kind === "unknown") return "unproved";
  if (reading.kind !== "alive") return "gone";
  const same = compareStartTokens(
    identity.startToken,
    reading.facts.startToken,
  );
  if (same === "incomparable") return "unproved";
  if (same === "different") return "gone";
  try {
    kill(identity.pid, signal);
    return "sent";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "gone" : "denied";
  }
}

/** Looking for and signalling processes over Deno, for a table that can only look. */
export interface ProcessSignals {
  /** Whether there is anybody under a pid. */
  readonly isThere: (pid: number) => boolean;
  /** As {@linkcode signalAfterLook}. */
  readonly signalAfter: (
    identity: ProcessIdentity,
    signal: EndSignal,
    reading: ProcessReading,
  ) => SignalOutcome;
}

/** {@linkcode ProcessSignals} over `Deno.kill`. */
export function createDenoSignals(
  kill: Kill = (pid, signal) => Deno.kill(pid, signal),
): ProcessSignals {
  return {
    isThere: (pid) => probePid(kill, pid) !== "gone",
    signalAfter: (identity, signal, reading) =>
      signalAfterLook(identity, signal, reading, kill),
  };
}
