import type { LockHolder } from "./lock_error.ts";
import type { StartToken } from "./process_identity.ts";

/** How a lock was had. */
export type LockHoldKind =
  /** The record is ours. */
  | "held"
  /** A process that we descend from holds it, and shares. */
  | "joined"
  /** Somebody else holds it; in observer mode we go on without. */
  | "observed";

/** What the record says on behalf of somebody else. */
export interface NamedProcess {
  /** The process that uses the GPU. */
  readonly pid: number;
  /** When it started; `undefined` where that cannot be known. */
  readonly startToken: StartToken | undefined;
  /** Its command line, secrets masked. Left out: as it is. */
  readonly commandLine?: string;
}

/** How a look at our own record ended. */
export type LockCheck =
  /** It stands. */
  | { readonly kind: "ours" }
  /** It was gone or of a dead process, and stands again. */
  | { readonly kind: "restored"; readonly reason: string }
  /** It cannot be read or written now; the kernel's lock is still ours. */
  | { readonly kind: "unclear"; readonly reason: string }
  /** Somebody who lives has put theirs in its place. */
  | { readonly kind: "lost"; readonly reason: string };

/** A lock that was had. Ending it with `await using` gives it back. */
export interface LockHold extends AsyncDisposable {
  /** How it was had. */
  readonly kind: LockHoldKind;
  /** Identity of the hold; `undefined` where somebody else's is only observed. */
  readonly nonce: string | undefined;
  /** Variables for programs that we start, so that they may join (SAFETY L6). */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Writes down which process uses the GPU; the guard stays ours. Nothing happens unless the record is ours.
   *
   * @throws {LockHeldError} If somebody else's record stands there.
   * @throws {FileError} If it cannot be written; the old record stands then.
   */
  name(process: NamedProcess): Promise<void>;
  /** Looks whether the record is still ours, and puts it back where nobody alive stands in its place. */
  check(): Promise<LockCheck>;
}

/** What holds. */
export type LockState =
  /** Nobody has it. */
  | "free"
  /** We have it. */
  | "ours"
  /** A process that we descend from has it, and shares. */
  | "joinable"
  /** Somebody has it. */
  | "held"
  /** Somebody who cannot be named may have it. */
  | "unknown-held"
  /** What is written there counts no more, and may be taken away. */
  | "stale"
  /** Something stands in the way that is nobody's record. */
  | "obstacle";

/** What holds, and why. */
export interface LockVerdict {
  /** What holds. */
  readonly state: LockState;
  /** Why, as a sentence without its end. */
  readonly reason: string;
  /** Who is written there. */
  readonly holder: LockHolder | undefined;
}

/** A lock as it is now. */
export interface LockStatus extends LockVerdict {
  /** The record; `null` where there is no place for it. */
  readonly path: string | null;
  /** How long it has been held, in milliseconds; `null` when nobody is written there. */
  readonly elapsedMs: number | null;
}

/** How a lock is taken. */
export interface AcquireOptions {
  /** Ends the holder by SIGTERM if need be. @default false */
  readonly force?: boolean;
  /** How long to wait for it, in milliseconds. @default 0 */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Told once, when the wait begins. */
  readonly onWait?: (verdict: LockVerdict) => void;
  /** Command line for the record, secrets masked. The default is our own. */
  readonly commandLine?: string;
}
