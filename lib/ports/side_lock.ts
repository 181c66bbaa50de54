import { FileError } from "../core/error.ts";
import type { FileStore, OpenFile } from "./file_store.ts";
import { ensureFolder, folderOf, type Owner } from "./state_folder.ts";

/** A lock that is held. The kernel frees it when its holder dies; `using` frees it before. */
export type SideLock = Disposable;

/**
 * Tries once to take the `flock` of `<path>.flock`. The side file is made when missing and never unlinked by us.
 *
 * @param store Where it lies.
 * @param path The file that is guarded.
 * @param options Who gets the side file and folders that are made (SAFETY H4).
 * @returns The lock, or `undefined` while another process, or another part of this one, holds it.
 * @throws {FileError} If the side file cannot be had, or is no regular file.
 */
export function tryTakeSideLock(
  store: FileStore,
  path: string,
  options: { readonly owner?: Owner | undefined } = {},
): SideLock | undefined {
  const lockPath = `${path}.flock`;
  ensureFolder(store, folderOf(path), options.owner);
  const file = openSideFile(store, lockPath, options.owner);
  try {
    // Somebody tidied up: a lock on a file without a name excludes nobody.
    if (file.tryLock() && isStillAt(store, lockPath, file)) return file;
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
  file[Symbol.dispose]();
  return undefined;
}

function isStillAt(store: FileStore, path: string, file: OpenFile): boolean {
  try {
    return store.stat(path).identity === file.identity();
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") return false;
    throw error;
  }
}

function openSideFile(
  store: FileStore,
  path: string,
  owner: Owner | undefined,
): OpenFile {
  const isNew = !exists(store, path);
  const file = store.open(path, { how: "append", mode: 0o600 });
  try {
    if (isNew && owner !== undefined) {
      store.chown(path, owner.userId, owner.groupId);
    }
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
  return file;
}

/** A FIFO would block the open, a folder cannot be locked. */
function exists(store: FileStore, path: string): boolean {
  try {
    const { kind } = store.stat(path);
    if (kind === "file") return true;
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") return false;
    throw error;
  }
  throw new FileError(
    "not-a-file",
    path,
    `Cannot lock ${path}: it is not a regular file`,
  );
}
