import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";

/** More folders than anybody's PATH has. */
const MOST_FOLDERS = 200;

/**
 * Looks a program up as a shell does, but for permission bits: a file of that name counts.
 *
 * @param store The disk.
 * @param name The program, without a slash.
 * @param path `PATH`.
 * @returns Its path, or `undefined` when it is nowhere.
 */
export function findOnPath(
  store: FileStore,
  name: string,
  path: string,
): string | undefined {
  return path.split(":", MOST_FOLDERS)
    .filter((folder) => folder !== "")
    .map((folder) => `${folder.replace(/\/$/, "")}/${name}`)
    .find((candidate) => tryStat(store, candidate)?.kind === "file");
}
