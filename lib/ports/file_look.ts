import { FileError } from "../core/error.ts";
import type { FileStat, FileStore } from "./file_store.ts";

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
