import { FileError } from "../core/error.ts";
import type { FileStat, FileStore } from "./file_store.ts";

/** Who owns a file. */
export interface Owner {
  /** Numeric user. */
  readonly userId: number;
  /** Numeric group. */
  readonly groupId: number;
}

/**
 * Whom files under a home have to be given to: its owner, when root works there for somebody else (`sudo`, SAFETY H4).
 *
 * @param homeStat The home folder.
 * @param userId Our effective user; `undefined` where the platform has none.
 * @returns The owner to give files to, `undefined` when they are right as they are made.
 */
export function ownerToGive(
  homeStat: FileStat,
  userId: number | undefined,
): Owner | undefined {
  const { userId: owner, groupId } = homeStat;
  if (userId !== 0 || owner === undefined || owner === 0) return undefined;
  return groupId === undefined ? undefined : { userId: owner, groupId };
}

/** Path of the folder that a path lies in. */
export function folderOf(path: string): string {
  const cut = path.lastIndexOf("/");
  if (cut < 0) return ".";
  return cut === 0 ? "/" : path.slice(0, cut);
}

/** Last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Makes a folder and its missing parents, 0700, each one on the disk when this returns and given to `owner`.
 *
 * @throws {FileError} If one cannot be made or given away.
 */
export function ensureFolder(
  store: FileStore,
  folder: string,
  owner?: Owner,
): void {
  const missing: string[] = [];
  for (let path = folder; isMissing(store, path); path = folderOf(path)) {
    missing.unshift(path);
  }
  for (const path of missing) {
    store.makeFolder(path);
    if (owner !== undefined) store.chown(path, owner.userId, owner.groupId);
    store.syncFolder(folderOf(path));
  }
}

function isMissing(store: FileStore, path: string): boolean {
  try {
    store.stat(path);
    return false;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.problem !== "absent") throw error;
    return path !== "/" && path !== ".";
  }
}
