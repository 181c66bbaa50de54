import { FileError } from "../core/error.ts";
import type { FileStore, OpenFile } from "./file_store.ts";
import { ensureFolder, folderOf, type Owner } from "./state_folder.ts";

/** Tunables of {@linkcode appendLine} and {@linkcode rotateIfLarge}. */
export interface AppendOptions {
  /**
   * Permission bits of a file that is made.
   *
   * @default {0o600}
   */
  readonly mode?: number;
  /** Who gets each file and folder that is made (SAFETY H4). */
  readonly owner?: Owner | undefined;
  /**
   * Whether the call waits until the line is on the disk. A line that was not waited for outlives its process, and a later
   * line that is waited for takes it along.
   *
   * @default {true}
   */
  readonly sync?: boolean;
  /** Lets `ms` milliseconds pass while another process holds the lock. The default blocks this thread. */
  readonly wait?: (ms: number) => void;
}

/** One append under the lock takes a disk sync, a few milliseconds on an SSD. */
const LOCK_RETRY_MS = 5;

/** A holder that was stopped must not stop those who write down what a panic would otherwise hide. */
const LOCK_PATIENCE_MS = 250;

const LINE_BREAK = 0x0a;

/**
 * Appends one line and, as a rule, waits until it is on the disk (SAFETY A1). Lines of several processes never mix: the file is
 * opened for appending and each line is one write. A torn last line is ended first, so that it costs only itself.
 *
 * Fails open as to the lock: after 250 ms, or where the side file cannot be had, the line is written without it. Then
 * an empty line may come to stand beside it, never a half one.
 *
 * @param store Where it lies.
 * @param path The file; it, its side file `<path>.flock` and their folder are made when missing.
 * @param line The line without its end; line breaks inside become spaces.
 * @param options Tunables.
 * @returns Whether the lock was held.
 * @throws {FileError} If the line could not be written or synced.
 */
export function appendLine(
  store: FileStore,
  path: string,
  line: string,
  options: AppendOptions = {},
): { readonly locked: boolean } {
  ensureFolder(store, folderOf(path), options.owner);
  using lock = takeLock(store, path, options);
  const isNew = kindOf(store, path) === undefined;
  {
    using file = openForAppending(store, path, options);
    const start = endsTorn(file, options) ? "\n" : "";
    const text = line.replaceAll(/[\r\n]/g, " ");
    file.write(new TextEncoder().encode(`${start}${text}\n`));
    if (options.sync !== false) file.sync();
  }
  if (isNew && options.sync !== false) store.syncFolder(folderOf(path));
  return { locked: lock !== undefined };
}

/**
 * Moves a file that has grown too large to `<path>.1`, `.1` to `.2` and so on, under the lock of
 * {@linkcode appendLine}. No line is lost: a process that has the old file open goes on writing into what is `.1` now.
 * What was `.<keep>` goes.
 *
 * Fails open: without the lock nothing is moved, and the next call tries again.
 *
 * @param store Where it lies.
 * @param path The file.
 * @param maxBytes It is moved once it has this size.
 * @param keep Old files that are kept, at least 1.
 * @param options Tunables.
 * @returns Whether it was moved.
 * @throws {FileError} If a name could not be moved; each line is still in one of the files.
 */
export function rotateIfLarge(
  store: FileStore,
  path: string,
  maxBytes: number,
  keep: number,
  options: AppendOptions = {},
): boolean {
  if (!isLarge(store, path, maxBytes)) return false;
  using lock = takeLock(store, path, options);
  // Somebody else may have moved it while we waited.
  if (lock === undefined || !isLarge(store, path, maxBytes)) return false;
  const folder = folderOf(path);
  for (let number = Math.max(1, keep); number >= 1; number--) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    if (kindOf(store, from) === undefined) continue;
    store.rename(from, `${path}.${number}`);
    // One by one: a disk that kept the second move and lost the first would have written over `.2`.
    store.syncFolder(folder);
  }
  return true;
}

function isLarge(store: FileStore, path: string, maxBytes: number): boolean {
  try {
    const stat = store.stat(path);
    return stat.kind === "file" && stat.sizeBytes >= maxBytes;
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") return false;
    throw error;
  }
}

function kindOf(store: FileStore, path: string): string | undefined {
  try {
    return store.stat(path).kind;
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") {
      return undefined;
    }
    throw error;
  }
}

/** Looks that are taken at a torn end before it is believed. */
const TORN_LOOKS = 3;

/** Whether the last line has no end, for good: a line that another process writes without the lock gets one at once. */
function endsTorn(file: OpenFile, options: AppendOptions): boolean {
  for (let look = 1;; look++) {
    const last = file.lastByte();
    if (last === undefined || last === LINE_BREAK) return false;
    if (look === TORN_LOOKS) return true;
    // Linux shows the first page of a write before the second has arrived.
    (options.wait ?? block)(LOCK_RETRY_MS);
  }
}

/** Opens a regular file for appending; a FIFO would swallow the line. */
function openForAppending(
  store: FileStore,
  path: string,
  options: AppendOptions,
): OpenFile {
  const mode = options.mode ?? 0o600;
  const kind = kindOf(store, path);
  if (kind !== undefined && kind !== "file") {
    throw new FileError(
      "not-a-file",
      path,
      `Cannot append to ${path}: it is not a regular file`,
    );
  }
  if (kind === undefined && options.owner !== undefined) {
    giveAway(store, path, mode, options.owner);
  }
  return store.open(path, { how: "append", mode });
}

/** Makes an empty file for somebody else; one that is there already belongs to whom it belongs. */
function giveAway(
  store: FileStore,
  path: string,
  mode: number,
  owner: Owner,
): void {
  try {
    store.open(path, { how: "replace", mode })[Symbol.dispose]();
  } catch (error) {
    if (error instanceof FileError && error.problem === "exists") return;
    throw error;
  }
  try {
    store.chown(path, owner.userId, owner.groupId);
  } catch (error) {
    store.remove(path);
    throw error;
  }
}

/** The lock of `path`, or `undefined` when it cannot be had in time. The side file is never unlinked by us. */
function takeLock(
  store: FileStore,
  path: string,
  options: AppendOptions,
): OpenFile | undefined {
  const lockPath = `${path}.flock`;
  const wait = options.wait ?? block;
  let file: OpenFile | undefined;
  try {
    for (let waitedMs = 0;; waitedMs += LOCK_RETRY_MS) {
      file ??= openForAppending(store, lockPath, { ...options, mode: 0o600 });
      if (file.tryLock()) {
        // Somebody tidied up: a lock on a file without a name excludes nobody.
        if (store.stat(lockPath).identity === file.identity()) return file;
        file[Symbol.dispose]();
        file = undefined;
      }
      if (waitedMs >= LOCK_PATIENCE_MS) break;
      wait(LOCK_RETRY_MS);
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  file?.[Symbol.dispose]();
  return undefined;
}

/** Holds this thread up: an append is synchronous, so that two of one process keep their order. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
