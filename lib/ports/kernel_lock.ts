import { FileError } from "../core/error.ts";
import type { EntryKind, FileStore, OpenFile } from "./file_store.ts";
import { ensureFolder, folderOf, nameOf, type Owner } from "./state_folder.ts";

/** How {@linkcode tryKernelLock} ended. */
export type KernelLock =
  /** The kernel's lock is ours until the file is disposed of, or we end. */
  | { readonly kind: "taken"; readonly file: Disposable }
  /** Somebody else's open file has it. */
  | { readonly kind: "busy" }
  /** This disk has no such locks. */
  | {
    readonly kind: "unsupported";
    readonly message: string;
    readonly error: FileError;
  };

/** A lock that is held. The kernel frees it when its holder dies; `using` frees it before. */
export type SideLock = Disposable;

/** Somebody who takes the name away again and again makes it busy, not an endless loop. */
const LOOKS = 8;

/**
 * Tries to take the kernel's lock of a side file. It dies with its holder, however that ends. The file is made when it is
 * missing and never unlinked (SAFETY L1): a lock on a file that has lost its name excludes nobody.
 *
 * @param store Where it lies; its folder is there.
 * @param path The side file, e.g. `mlx_exclusive.lock.flock`.
 * @param owner Who gets it when it is made (SAFETY H4).
 * @throws {FileError} If it cannot be opened: no access, a folder, a link.
 */
export function tryKernelLock(
  store: FileStore,
  path: string,
  owner?: Owner,
): KernelLock {
  for (let look = 0; look < LOOKS; look++) {
    const file = openSide(store, path, owner);
    let isKept = false;
    try {
      const taken = tryLock(file);
      if (typeof taken !== "boolean") {
        return { kind: "unsupported", message: taken.message, error: taken };
      }
      if (!taken) return { kind: "busy" };
      if (isStillThere(store, path, file)) {
        isKept = true;
        return { kind: "taken", file };
      }
    } finally {
      if (!isKept) file[Symbol.dispose]();
    }
  }
  return { kind: "busy" };
}

/**
 * Tries once to take the kernel's lock of `<path>.flock`, for a file that is changed in several steps.
 *
 * @param store Where it lies; its folder is made when it is missing.
 * @param path The file that is guarded.
 * @param options Who gets the side file and folders that are made (SAFETY H4).
 * @returns The lock, or `undefined` while another process, or another part of this one, holds it.
 * @throws {FileError} If the side file cannot be had, is no regular file, or its disk has no such locks.
 */
export function tryTakeSideLock(
  store: FileStore,
  path: string,
  options: { readonly owner?: Owner | undefined } = {},
): SideLock | undefined {
  ensureFolder(store, folderOf(path), options.owner);
  const lock = tryKernelLock(store, `${path}.flock`, options.owner);
  if (lock.kind === "unsupported") throw lock.error;
  return lock.kind === "taken" ? lock.file : undefined;
}

function openSide(
  store: FileStore,
  path: string,
  owner: Owner | undefined,
): OpenFile {
  const isNew = refuseOther(store, path);
  const file = store.open(path, { how: "append", mode: 0o600 });
  try {
    if (isNew && owner !== undefined) {
      store.chown(path, owner.userId, owner.groupId);
    }
    return file;
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

/** A link would be followed, and a FIFO would hang. */
function refuseOther(store: FileStore, path: string): boolean {
  const kind = entryKind(store, path);
  if (kind === "absent" || kind === "file") return kind === "absent";
  const words = kind === "other" ? "special file" : kind;
  throw new FileError(
    "not-a-file",
    path,
    `Cannot lock ${path}: it is a ${words}`,
  );
}

/**
 * What a name stands for, links not followed where the folder may be listed.
 *
 * @throws {FileError} If it cannot be looked at; `not-a-folder` and the like where its folder is none.
 */
export function entryKind(
  store: FileStore,
  path: string,
): EntryKind | "absent" {
  const name = nameOf(path);
  try {
    for (const entry of store.list(folderOf(path))) {
      if (entry.name === name) return entry.kind;
    }
    return "absent";
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.problem === "absent") return "absent";
    if (error.problem !== "denied") throw error;
  }
  try {
    return store.stat(path).kind;
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") {
      return "absent";
    }
    throw error;
  }
}

function tryLock(file: OpenFile): boolean | FileError {
  try {
    return file.tryLock();
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

function isStillThere(
  store: FileStore,
  path: string,
  file: OpenFile,
): boolean {
  try {
    return store.stat(path).identity === file.identity();
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") return false;
    throw error;
  }
}
