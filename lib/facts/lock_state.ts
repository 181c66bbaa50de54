import { KIB } from "../core/bytes.ts";
import { DecodeError, FileError } from "../core/error.ts";
import { millisecondsBetween } from "../core/instant.ts";
import type { LockHolder } from "../core/lock_error.ts";
import type { ProcessReading } from "../core/process_identity.ts";
import { decodeLock, type LockFile } from "../parse/state/lock_file.ts";
import { entryKind } from "../ports/kernel_lock.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import { tryStat } from "../ports/file_look.ts";
import { folderOf } from "../ports/state_folder.ts";
import { readStateFile } from "../ports/state_writer.ts";

/** What there is at the lock's path, and the text that it was read from. */
export type LockFileReading =
  | { readonly kind: "absent" }
  | {
    readonly kind: "record";
    readonly file: LockFile;
    readonly text: string;
    /** Whether whoever could have written it is us, or owns the folder. */
    readonly isTrusted: boolean;
  }
  | {
    readonly kind: "damaged";
    /** Since it was last touched; negative where that lies ahead. */
    readonly ageMs: number;
    readonly message: string;
    /** Device and inode. */
    readonly identity: string;
    readonly isTrusted: boolean;
  }
  /** A folder, a link, a file that may not be read. */
  | { readonly kind: "obstacle"; readonly message: string };

/** A record has some hundred bytes; a longer file is none. */
const MAX_BYTES = 8 * KIB;

/**
 * Reads what there is at the lock's path, without following links or opening what is no file.
 *
 * Fails closed: what cannot be read is an obstacle or damaged, never absent.
 *
 * @param store Where it lies.
 * @param path The record.
 * @param now The wall clock.
 */
export function readLockFile(
  store: FileStore,
  path: string,
  now: Temporal.Instant,
): LockFileReading {
  const kind = kindAt(store, path);
  if (kind === "absent") return { kind: "absent" };
  if (typeof kind !== "string") {
    return { kind: "obstacle", message: kind.message };
  }
  if (kind !== "file") {
    const what = kind === "other" ? "special file" : kind;
    return {
      kind: "obstacle",
      message: `${path} is a ${what}, not a lock record`,
    };
  }
  const reading = readStateFile(store, path, MAX_BYTES);
  if (reading.kind === "absent") return { kind: "absent" };
  const isTrusted = reading.stat !== undefined &&
    ownerIsFolders(store, path, reading.stat);
  if (reading.kind === "text") {
    try {
      const { text } = reading;
      return { kind: "record", file: decodeLock(text), text, isTrusted };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return damaged(reading.stat, now, isTrusted, error.message);
    }
  }
  const { stat } = reading;
  return reading.problem === "other" && stat !== undefined
    ? damaged(stat, now, isTrusted, reading.message)
    : { kind: "obstacle", message: reading.message };
}

function kindAt(
  store: FileStore,
  path: string,
): ReturnType<typeof entryKind> | FileError {
  try {
    return entryKind(store, path);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

/** Not `modifiedAt`: anybody can set that, and a date in the future would hold for years. */
function damaged(
  stat: FileStat,
  now: Temporal.Instant,
  isTrusted: boolean,
  message: string,
): LockFileReading {
  const touchedAt = stat.changedAt ?? stat.modifiedAt;
  return {
    kind: "damaged",
    ageMs: millisecondsBetween(touchedAt, now),
    message,
    identity: stat.identity,
    isTrusted,
  };
}

/** In a folder that others may write to, somebody else's file is theirs to take away. */
function ownerIsFolders(
  store: FileStore,
  path: string,
  stat: FileStat,
): boolean {
  return tryStat(store, folderOf(path))?.userId === stat.userId;
}

/** The text at the lock's path as it is now; `undefined` where there is none to read. */
export function readLockText(
  store: FileStore,
  path: string,
): string | undefined {
  const reading = readStateFile(store, path, MAX_BYTES);
  return reading.kind === "text" ? reading.text : undefined;
}

/** Who a record names, as callers hold it. */
export function holderOf(file: LockFile): LockHolder {
  return {
    pid: file.pid,
    label: file.label,
    startedAt: file.startedAt,
    commandLine: file.commandLine,
    guardPid: file.guardPid ?? null,
    host: file.host ?? null,
  };
}

/** What is known of the processes that a record names. */
export interface RecordedProcesses {
  /** The process that uses the GPU. */
  readonly process: ProcessReading;
  /** Its guard, `undefined` where it is the same process or none is named. */
  readonly guard: ProcessReading | undefined;
}

/** Looks at the processes that a record names. */
export async function readRecordedProcesses(
  table: ProcessTable,
  file: LockFile,
): Promise<RecordedProcesses> {
  const { pid, guardPid } = file;
  const [process, guard] = await Promise.all([
    table.read(pid),
    guardPid === undefined || guardPid === pid
      ? undefined
      : table.read(guardPid),
  ]);
  return { process, guard };
}

/** Deeper than any chain of shells; a loop cannot be, but a table may lie. */
const MAX_ANCESTORS = 64;

/** The processes that `pid` descends from, the nearest first; it ends where the table does not know on. */
export async function readAncestors(
  table: ProcessTable,
  pid: number,
): Promise<readonly number[]> {
  const ancestors: number[] = [];
  let at = pid;
  while (ancestors.length < MAX_ANCESTORS) {
    const reading = await table.read(at);
    if (reading.kind !== "alive" || reading.facts.parentPid < 1) break;
    at = reading.facts.parentPid;
    ancestors.push(at);
  }
  return ancestors;
}
