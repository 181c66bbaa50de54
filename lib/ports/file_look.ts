import { FileError } from "../core/error.ts";
import type { FileStat, FileStore } from "./file_store.ts";
import { folderOf, nameOf } from "./state_folder.ts";

/**
 * Looks at a file, links followed.
 *
 * @returns `undefined` when it is absent or cannot be looked at, for callers to whom both are the same.
 */
export function tryStat(store: FileStore, path: string): FileStat | undefined {
  try {
    return store.stat(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/**
 * Whether the list of its folder shows that a file is not there. For files that seldom are: the first error of the system
 * that a program meets takes as long as ten lists.
 *
 * @returns `false` also where the folder cannot be listed: then the file itself has to be asked for.
 */
export function isPlainlyAbsent(store: FileStore, path: string): boolean {
  try {
    // A disk may not tell large letters from small ones.
    const name = nameOf(path).toLowerCase();
    return store.list(folderOf(path))
      .every((entry) => entry.name.toLowerCase() !== name);
  } catch (error) {
    if (error instanceof FileError) return error.problem === "absent";
    throw error;
  }
}
