import { KIB } from "../../core/bytes.ts";
import type {
  EntryKind,
  FileStat,
  FileStore,
  FolderEntry,
  OpenFile,
  OpenOptions,
} from "../../ports/file_store.ts";
import { attempt, fileError, systemCode } from "./file_problem.ts";
import { createDenoOpenFile, identityOf } from "./open_file.ts";

/**
 * The file system over Deno.
 *
 * Two limits of Deno show through: `changedAt` is cut to whole seconds, and a name that is no UTF-8 is listed with
 * replacement characters, so that looking at it answers `absent`.
 */
export function createDenoFileStore(): FileStore {
  return new DenoFileStore();
}

const READ: Deno.OpenOptions = { read: true };

class DenoFileStore implements FileStore {
  list(folder: string): readonly FolderEntry[] {
    return attempt(
      "list",
      folder,
      () =>
        Array.from(
          Deno.readDirSync(folder),
          (entry) => ({ name: entry.name, kind: kindOf(entry) }),
        ),
    );
  }

  stat(path: string): FileStat {
    return attempt(
      "look at",
      path,
      () => fileStat(Deno.statSync(path)),
    );
  }

  readHead(
    path: string,
    maxBytes: number,
    into?: Uint8Array<ArrayBuffer>,
  ): Uint8Array {
    return attempt("read", path, () => {
      using file = Deno.openSync(path, READ);
      return readUpTo(file, maxBytes, into);
    });
  }

  readTail(path: string, maxBytes: number): Uint8Array {
    return attempt("read", path, () => {
      using file = Deno.openSync(path, READ);
      const sizeBytes = file.seekSync(0, Deno.SeekMode.End);
      file.seekSync(Math.max(0, sizeBytes - maxBytes), Deno.SeekMode.Start);
      return readUpTo(file, Math.min(sizeBytes, maxBytes));
    });
  }

  makeFolder(path: string): void {
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

  open(path: string, options: OpenOptions): OpenFile {
    return createDenoOpenFile(path, options);
  }

  rename(from: string, to: string): void {
    attempt("rename to", to, () => Deno.renameSync(from, to));
  }

  link(from: string, to: string): void {
    attempt("link to", to, () => Deno.linkSync(from, to));
  }

  remove(path: string): void {
    attempt("remove", path, () => Deno.removeSync(path));
  }

  chown(path: string, userId: number, groupId: number): void {
    attempt(
      "change the owner of",
      path,
      () => Deno.chownSync(path, userId, groupId),
    );
  }

  syncFolder(folder: string): void {
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
}

/** Turned into our terms as it is asked: of most files only one time is looked at, and there may be thousands. */
function fileStat(info: Deno.FileInfo): FileStat {
  return {
    get kind() {
      return kindOf(info);
    },
    sizeBytes: info.size,
    get modifiedAt() {
      return instantOf(info.mtime) ?? EPOCH;
    },
    get changedAt() {
      return instantOf(info.ctime);
    },
    userId: info.uid ?? undefined,
    groupId: info.gid ?? undefined,
    get identity() {
      return identityOf(info);
    },
  };
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

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0);

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
