import type { PanicRecord, PanicSignature } from "../core/failure.ts";
import type { Finding } from "../core/finding.ts";
import type { HoldInForce } from "../core/hold.ts";
import type { CooldownDecision } from "./panic_cooldown.ts";
import type { Suspect } from "./suspects.ts";

/** Evidence of kernel panics that exists and cannot be read. */
export interface UnreadableReport {
  /** The folder or report. */
  readonly path: string;
  /** What stood in the way. */
  readonly message: string;
  /** What grants access. */
  readonly fix: string;
}

/** The newest GPU panic, with all that is known of it. */
export interface NewestPanic {
  /** The event in the ledger's form. */
  readonly record: PanicRecord;
  /** When it happened. */
  readonly at: Temporal.Instant;
  /** What it means. */
  readonly signature: PanicSignature;
}

/** The gate's whole answer: the decision, and what a person or program needs to act on it. */
export interface CooldownVerdict extends CooldownDecision {
  /** When it was asked. */
  readonly askedAt: Temporal.Instant;
  /** GPU panics that lie in the 72 h window, newest first, whatever rule decided. */
  readonly gpuPanics: readonly NewestPanic[];
  /** What looks like a panic without a report and still matters, newest first. */
  readonly suspects: readonly Suspect[];
  /** The hold, when one is in force. */
  readonly hold: HoldInForce | null;
  /** Evidence that could not be read. */
  readonly unreadableReports: readonly UnreadableReport[];
  /** Everything else that is out of order. */
  readonly findings: readonly Finding[];
  /** What a person can do about it, best first. A line that starts with `$ ` is a command to paste. */
  readonly howToClear: readonly string[];
}

/**
 * What a person can do about a decision, best first.
 *
 * @param decision The decision.
 * @param unreadable Evidence that could not be read.
 * @returns One line a way; none when nothing waits and nothing is unreadable.
 */
export function waysOut(
  decision: CooldownDecision,
  unreadable: readonly UnreadableReport[],
): readonly string[] {
  const kinds = new Set(decision.causes.map((cause) => cause.kind));
  const ways: string[] = [];
  if (kinds.has("lockout")) {
    ways.push(
      "Change something first (smaller model, shorter context, another backend), then:\n$ metal-guard ack --reason 'what you changed'",
    );
  }
  if (kinds.has("sentinel")) {
    ways.push("Lift the hold:\n$ metal-guard hold --clear");
  }
  if (kinds.has("cooldown") || kinds.has("suspect")) {
    ways.push(
      "Wait: this clears by itself, and this waits for you:\n$ metal-guard panic-gate --wait",
    );
  }
  if (decision.causes.length > 0) {
    ways.push(
      "For one command only, at your own risk:\n$ METALGUARD_PANIC_GATE_DISABLED=1 metal-guard panic-gate",
    );
  }
  return [...ways, ...unreadable.map((report) => report.fix)];
}
