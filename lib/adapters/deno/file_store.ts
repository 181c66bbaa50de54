import { KIB } from "../../core/bytes.ts";
import type {
  EntryKind,
  FileStat,
  FileStore,
  FolderEntry,
} from "../../ports/file_store.ts";
import { asFileError, attempt, fileError, systemCode } from "./file_problem.ts";
import { createDenoOpenFile, identityOf } from "./open_file.ts";

/**
 * The file system over Deno.
 *
 * Two limits of Deno show through: `changedAt` is cut to whole seconds, and a name that is no UTF-8 is listed with
 * replacement characters, so that looking at it answers `absent`.
 */
export function createDenoFileStore(): FileStore {
  return {
    list,
    stat,
    readHead,
    readTail,
    makeFolder,
    open: createDenoOpenFile,
    rename: (from, to) =>
      attempt("rename to", to, () => Deno.renameSync(from, to)),
    link: (from, to) => attempt("link to", to, () => Deno.linkSync(from, to)),
    remove: (path) => attempt("remove", path, () => Deno.removeSync(path)),
    chown: (path, userId, groupId) =>
      attempt(
        "change the owner of",
        path,
        () => Deno.chownSync(path, userId, groupId),
      ),
    syncFolder,
  };
}

const READ: Deno.OpenOptions = { read: true };

function list(folder: string): readonly FolderEntry[] {
  try {
    const entries: FolderEntry[] = [];
    for (const entry of Deno.readDirSync(folder)) {
      entries.push({ name: entry.name, kind: kindOf(entry) });
    }
    return entries;
  } catch (error) {
    throw asFileError(error, "list", folder);
  }
}

function stat(path: string): FileStat {
  try {
    return new DenoFileStat(Deno.statSync(path));
  } catch (error) {
    throw asFileError(error, "look at", path);
  }
}

function readHead(
  path: string,
  maxBytes: number,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array {
  let file: Deno.FsFile | undefined;
  try {
    file = Deno.openSync(path, READ);
    return readUpTo(file, maxBytes, into);
  } catch (error) {
    throw asFileError(error, "read", path);
  } finally {
    file?.close();
  }
}

function readTail(path: string, maxBytes: number): Uint8Array {
  return attempt("read", path, () => {
    using file = Deno.openSync(path, READ);
    const sizeBytes = file.seekSync(0, Deno.SeekMode.End);
    file.seekSync(Math.max(0, sizeBytes - maxBytes), Deno.SeekMode.Start);
    return readUpTo(file, Math.min(sizeBytes, maxBytes));
  });
}

function makeFolder(path: string): void {
  try {
    attempt(
      "make the folder",
      path,
      () => Deno.mkdirSync(path, { recursive: true, mode: 0o700 }),
    );
  } catch (error) {
    // With `recursive` a taken name can only mean that something else than a folder has it.
    if (systemCode(causeOf(error)) !== "EEXIST") throw error;
    throw fileError("not-a-folder", "make the folder", path, causeOf(error));
  }
}

function syncFolder(folder: string): void {
  attempt("sync the folder", folder, () => {
    using file = Deno.openSync(folder, READ);
    try {
      file.syncSync();
    } catch (error) {
      // Network and FAT volumes cannot sync a folder; nothing more can be done there, and the rename has happened.
      if (!CANNOT_SYNC.has(systemCode(error) ?? "")) throw error;
    }
  });
}

/** Turned into our terms as it is asked: of most files only one time is looked at, and there may be thousands. */
class DenoFileStat implements FileStat {
  readonly sizeBytes: number;
  readonly userId: number | undefined;
  readonly groupId: number | undefined;
  readonly #info: Deno.FileInfo;

  constructor(info: Deno.FileInfo) {
    this.#info = info;
    this.sizeBytes = info.size;
    this.userId = info.uid ?? undefined;
    this.groupId = info.gid ?? undefined;
  }

  get kind(): EntryKind {
    return kindOf(this.#info);
  }

  get modifiedAt(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.modifiedMs);
  }

  get modifiedMs(): number {
    return this.#info.mtime?.getTime() ?? 0;
  }

  get changedAt(): Temporal.Instant | undefined {
    return instantOf(this.#info.ctime);
  }

  get changedMs(): number | undefined {
    return this.#info.ctime?.getTime();
  }

  get mode(): number | undefined {
    const { mode } = this.#info;
    return mode === null ? undefined : mode & 0o7777;
  }

  get identity(): string {
    return identityOf(this.#info);
  }
}

/** First buffer of a read; a longer file gets larger ones as it turns out to need them. */
const FIRST_BUFFER_BYTES = 64 * KIB;

/**
 * Reads from where `file` stands; what comes beyond `maxBytes` while we read is left alone.
 *
 * The buffer is handed out as it is: over 2,000 heads of 16 KiB a shared one with a copy for the caller takes a quarter
 * more time.
 */
function readUpTo(
  file: Deno.FsFile,
  maxBytes: number,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array {
  let buffer = into ??
    new Uint8Array(Math.max(0, Math.min(maxBytes, FIRST_BUFFER_BYTES)));
  let length = 0;
  while (length < maxBytes) {
    if (length === buffer.length) buffer = grown(buffer, maxBytes);
    const count = file.readSync(
      buffer.subarray(length, Math.max(length, maxBytes)),
    );
    if (count === null || count === 0) break;
    length += count;
  }
  // A few bytes must not keep a large buffer in memory.
  return into === undefined && length * 2 < buffer.length
    ? buffer.slice(0, length)
    : buffer.subarray(0, length);
}

const CANNOT_SYNC: ReadonlySet<string> = new Set([
  "EINVAL",
  "ENOTSUP",
  "EOPNOTSUPP",
]);

function grown(
  buffer: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(maxBytes, buffer.length * 4));
  larger.set(buffer);
  return larger;
}

function kindOf(
  info: Pick<Deno.DirEntry, "isFile" | "isDirectory" | "isSymlink">,
): EntryKind {
  if (info.isFile) return "file";
  if (info.isDirectory) return "folder";
  return info.isSymlink ? "link" : "other";
}

function instantOf(date: Date | null): Temporal.Instant | undefined {
  return date === null
    ? undefined
    : Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
