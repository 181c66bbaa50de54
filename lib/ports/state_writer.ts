/**
 * The one place that knows how a state file is read and written (SPEC 1). Files that are replaced whole are here,
 * files that grow line by line in `state_appender.ts`.
 *
 * @module
 */
import { MIB } from "../core/bytes.ts";
import { FileError, type FileProblem } from "../core/error.ts";
import { DAY_MS, millisecondsBetween } from "../core/instant.ts";
import type { FileStat, FileStore, OpenFile } from "./file_store.ts";
import { ensureFolder, folderOf, nameOf, type Owner } from "./state_folder.ts";

export { type Owner, ownerToGive } from "./state_folder.ts";
export {
  appendLine,
  type AppendOptions,
  rotateIfLarge,
} from "./state_appender.ts";

/** What {@linkcode readStateFile} found. */
export type StateFileReading =
  | { readonly kind: "absent" }
  | {
    readonly kind: "text";
    readonly text: string;
    /** As it was just before the read. */
    readonly stat: FileStat;
  }
  | {
    readonly kind: "unreadable";
    readonly problem: FileProblem;
    /** One sentence for a finding. */
    readonly message: string;
    /** Missing when not even the look at it worked. */
    readonly stat?: FileStat;
  };

/**
 * Reads a state file. Fails closed: what is there and cannot be read is `unreadable`, never `absent`, so that a caller
 * can count it as still holding (SAFETY H2). A FIFO, a folder and an oversized file are never opened.
 *
 * @param store Where it lies.
 * @param path The file.
 * @param maxBytes A larger file is unreadable. Default: 1 MiB.
 */
export function readStateFile(
  store: FileStore,
  path: string,
  maxBytes: number = MIB,
): StateFileReading {
  let stat: FileStat | undefined;
  try {
    stat = store.stat(path);
    if (stat.kind !== "file") {
      return unreadable("not-a-file", `${path} is not a regular file`, stat);
    }
    const bytes = stat.sizeBytes > maxBytes
      ? undefined
      : store.readHead(path, maxBytes + 1);
    if (bytes === undefined || bytes.length > maxBytes) {
      return unreadable("other", `${path} is over ${maxBytes} bytes`, stat);
    }
    return { kind: "text", text: new TextDecoder().decode(bytes), stat };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return error.problem === "absent"
      ? { kind: "absent" }
      : unreadable(error.problem, error.message, stat);
  }
}

function unreadable(
  problem: FileProblem,
  message: string,
  stat: FileStat | undefined,
): StateFileReading {
  return {
    kind: "unreadable",
    problem,
    message,
    ...(stat === undefined ? {} : { stat }),
  };
}

/** Tunables of {@linkcode replaceFile}. */
export interface ReplaceOptions {
  /**
   * Permission bits of the file.
   *
   * @default {0o600}
   */
  readonly mode?: number;
  /** Who gets the file and each folder that is made for it (SAFETY H4); as a rule from {@linkcode ownerToGive}. */
  readonly owner?: Owner | undefined;
  /** Makes eight hexadecimal digits for the name of the temporary file; random by default. */
  readonly nextToken?: () => string;
}

/** Two writers that draw the same token of 32 bits eight times in a row do not exist. */
const NAME_ATTEMPTS = 8;

/** A temporary file is in use for milliseconds; one of yesterday is what a crash left. */
const STALE_AFTER_MS = DAY_MS;

/**
 * Replaces a file whole: a crash at any moment leaves the old content or the new one, and once this returns it is the
 * new one. A missing folder is made, 0700. A link at `path` is replaced, not followed.
 *
 * @param store Where it lies.
 * @param path The file.
 * @param content Its new content; a text is written as UTF-8.
 * @param options Tunables.
 * @throws {FileError} If it could not be written; the old content stands then, or, when only the last sync failed,
 *   either one.
 */
export function replaceFile(
  store: FileStore,
  path: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): void {
  const folder = folderOf(path);
  ensureFolder(store, folder, options.owner);
  const temporary = openTemporary(store, path, options);
  let writtenAt: Temporal.Instant;
  try {
    {
      using file = temporary.file;
      file.write(
        typeof content === "string"
          ? new TextEncoder().encode(content)
          : content,
      );
      file.sync();
    }
    if (options.owner !== undefined) {
      const { userId, groupId } = options.owner;
      store.chown(temporary.path, userId, groupId);
    }
    writtenAt = store.stat(temporary.path).modifiedAt;
    store.rename(temporary.path, path);
  } catch (error) {
    tryRemove(store, temporary.path);
    throw error;
  }
  store.syncFolder(folder);
  sweepTemporaries(store, path, writtenAt);
}

function openTemporary(
  store: FileStore,
  path: string,
  options: ReplaceOptions,
): { readonly path: string; readonly file: OpenFile } {
  const nextToken = options.nextToken ?? randomToken;
  for (let attempt = 1;; attempt++) {
    const temporary = folderOf(path) +
      `/${TEMPORARY_START}${nameOf(path)}.${nextToken()}${TEMPORARY_END}`;
    try {
      return {
        path: temporary,
        file: store.open(temporary, {
          how: "replace",
          mode: options.mode ?? 0o600,
        }),
      };
    } catch (error) {
      const isTaken = error instanceof FileError && error.problem === "exists";
      if (!isTaken || attempt === NAME_ATTEMPTS) throw error;
    }
  }
}

const TEMPORARY_START = ".";
const TEMPORARY_END = ".tmp";
const TOKEN = /^[0-9a-f]{8}$/;

function randomToken(): string {
  return crypto.randomUUID().slice(0, 8);
}

/** Removes what crashes left beside `path`, by our exact form of name; `now` is the disk's own, from a file just made. */
function sweepTemporaries(
  store: FileStore,
  path: string,
  now: Temporal.Instant,
): void {
  const folder = folderOf(path);
  const start = `${TEMPORARY_START}${nameOf(path)}.`;
  try {
    for (const { name, kind } of store.list(folder)) {
      if (kind !== "file" || !name.startsWith(start)) continue;
      if (!name.endsWith(TEMPORARY_END)) continue;
      if (!TOKEN.test(name.slice(start.length, -TEMPORARY_END.length))) {
        continue;
      }
      const leftover = `${folder}/${name}`;
      const ageMs = millisecondsBetween(store.stat(leftover).modifiedAt, now);
      if (ageMs > STALE_AFTER_MS) store.remove(leftover);
    }
  } catch (error) {
    // The file is written; somebody else's sweep, or a folder that may not be listed, takes nothing from that.
    if (!(error instanceof FileError)) throw error;
  }
}

function tryRemove(store: FileStore, path: string): void {
  try {
    store.remove(path);
  } catch (error) {
    // What made the write fail is thrown; the rest is swept a day later.
    if (!(error instanceof FileError)) throw error;
  }
}

/** Seconds that {@linkcode setAside} may move a name on when it is taken. */
const ASIDE_ATTEMPTS = 60;

/**
 * Moves a file that cannot be decoded to `<name>.corrupt-<epoch>`, which carries the moment from which it holds. A name
 * that is taken is never overwritten: the next second is used, so that a hold gets longer, not shorter.
 *
 * @param store Where it lies.
 * @param path The file.
 * @param atEpochSeconds When it was found, in whole epoch seconds.
 * @param options `identity` of the file that could not be decoded. When another one stands there by now it is put back.
 * @returns The path it has now.
 * @throws {FileError} If it cannot be moved; `absent` when somebody else has moved it, `exists` when it was replaced.
 */
export function setAside(
  store: FileStore,
  path: string,
  atEpochSeconds: number,
  options: { readonly identity?: string } = {},
): string {
  const aside = freeAside(store, path, Math.trunc(atEpochSeconds));
  store.rename(path, aside);
  if (
    options.identity !== undefined &&
    store.stat(aside).identity !== options.identity
  ) {
    putBack(store, aside, path);
    throw new FileError(
      "exists",
      path,
      `Cannot set aside ${path}: it was replaced meanwhile`,
    );
  }
  store.syncFolder(folderOf(path));
  return aside;
}

function freeAside(store: FileStore, path: string, from: number): string {
  for (let epoch = from; epoch < from + ASIDE_ATTEMPTS; epoch++) {
    const aside = `${path}.corrupt-${epoch}`;
    try {
      store.stat(aside);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.problem === "absent") return aside;
      throw error;
    }
  }
  throw new FileError(
    "exists",
    path,
    `Cannot set aside ${path}: ${ASIDE_ATTEMPTS} names are taken`,
  );
}

/** The second name comes before the first one goes, so that at no moment there is none. */
function putBack(store: FileStore, aside: string, path: string): void {
  try {
    store.link(aside, path);
  } catch (error) {
    // A still newer one stands there: that one counts.
    if (!(error instanceof FileError) || error.problem !== "exists") {
      throw error;
    }
  }
  // A disk may keep the removal and lose the link.
  store.syncFolder(folderOf(path));
  store.remove(aside);
  store.syncFolder(folderOf(path));
}
