import type { LockHold, LockVerdict } from "../core/lock_hold.ts";
import type { LockSight } from "./lock_observer.ts";

/** How one try at a lock ended. */
export type LockAttempt =
  /** It is had. */
  | { readonly kind: "had"; readonly hold: LockHold }
  /** Somebody else has it. */
  | {
    readonly kind: "conflict";
    /** Who and why. */
    readonly verdict: LockVerdict;
    /** What it was judged by. */
    readonly sight: LockSight;
  };

/** Taking a lock, one try at a time. */
export interface LockTaker {
  /**
   * Tries once.
   *
   * @param path The record.
   * @param label What for.
   * @param options `commandLine` for the record, secrets masked; the default is our own.
   * @throws {FileError} If its files cannot be read or written.
   */
  attempt(
    path: string,
    label: string,
    options?: { readonly commandLine?: string },
  ): Promise<LockAttempt>;
  /** Gives up whatever this isolate holds there; answers whether it held it. */
  giveUp(path: string): Promise<boolean>;
  /** Looks without touching anything. */
  look(
    path: string,
    options?: { readonly wantsAncestors?: boolean },
  ): Promise<LockSight>;
  /** When the machine started, where that can be seen. */
  bootedAt(): Promise<Temporal.Instant | undefined>;
}
