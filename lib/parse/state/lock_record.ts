import {
  encodeStartToken,
  type LockFile,
  type StartToken,
} from "./lock_file.ts";

/** Field of our records that the Python tool does not know: when the guard started. */
const GUARD_TOKEN_FIELD = "guard_start_token";

/** What a new record says. */
export interface NewLock {
  /** What the lock is taken for. */
  readonly label: string;
  /** Now. */
  readonly startedAt: Temporal.Instant;
  /** Command line, secrets masked. */
  readonly commandLine: string;
  /** The process that takes it: it is its own guard until another one is named. */
  readonly pid: number;
  /** When it started. */
  readonly startToken: StartToken | undefined;
  /** The running boot. */
  readonly bootSessionUuid: string | undefined;
  /** Identity of the hold. */
  readonly nonce: string;
  /** Hash of this machine. */
  readonly host: string | undefined;
}

/** Builds the record of a lock that is being taken. */
export function newLockFile(
  lock: NewLock,
): LockFile & { readonly nonce: string } {
  const token = encodeStartToken(lock.startToken);
  return {
    ...lock,
    guardPid: lock.pid,
    extra: new Map(token === undefined ? [] : [[GUARD_TOKEN_FIELD, token]]),
  };
}

/** When the guard of a record started; `undefined` where the record does not say it in a form that can be understood. */
export function guardTokenOf(file: LockFile): StartToken | undefined {
  const text = file.extra.get(GUARD_TOKEN_FIELD);
  if (typeof text !== "string" || text.length > 200) return undefined;
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1) return undefined;
  return { kind: text.slice(0, colon), value: text.slice(colon + 1) };
}
