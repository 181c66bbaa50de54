import { FileError } from "../core/error.ts";
import type { FileStore, OpenFile } from "./file_store.ts";
import { folderOf, nameOf, type Owner } from "./state_folder.ts";
import { readStateFile, setAside } from "./state_writer.ts";

/** Tunables of {@linkcode createFile} and {@linkcode removeIfText}. */
export interface ExclusiveOptions {
  /** Who gets the file (SAFETY H4). */
  readonly owner?: Owner | undefined;
  /** Eight hexadecimal digits that name what is in between; nobody else may draw the same. */
  readonly token: string;
}

/**
 * Makes a file whole, and only where there is none: of several processes that do so exactly one succeeds, also where
 * `flock` means nothing. Once this returns it is on the disk.
 *
 * @param store Where it lies; its folder is there.
 * @param path The file.
 * @param text Its content.
 * @returns Whether it was made; `false` when something has that name.
 * @throws {FileError} If it could not be written; then it is not there.
 */
export function createFile(
  store: FileStore,
  path: string,
  text: string,
  options: ExclusiveOptions,
): boolean {
  const temporary = temporaryPath(path, options.token);
  const file: OpenFile = store.open(temporary, { how: "replace", mode: 0o600 });
  try {
    try {
      file.write(new TextEncoder().encode(text));
      file.sync();
    } finally {
      file[Symbol.dispose]();
    }
    const { owner } = options;
    if (owner !== undefined) {
      store.chown(temporary, owner.userId, owner.groupId);
    }
    if (!tryLink(store, temporary, path)) return false;
  } finally {
    tryRemove(store, temporary);
  }
  try {
    store.syncFolder(folderOf(path));
  } catch (error) {
    tryRemove(store, path);
    throw error;
  }
  return true;
}

/**
 * Takes a file away, but only while its content is the text that was judged: what another process has put in its place
 * meanwhile, or written into it, stays or comes back.
 *
 * @param store Where it lies.
 * @param path The file.
 * @param text What was judged.
 * @returns Whether that file is gone.
 * @throws {FileError} If it may not be moved.
 */
export function removeIfText(
  store: FileStore,
  path: string,
  text: string,
  options: ExclusiveOptions,
): boolean {
  const aside = temporaryPath(path, options.token);
  try {
    store.rename(path, aside);
  } catch (error) {
    if (error instanceof FileError && error.problem === "absent") return true;
    throw error;
  }
  const moved = readStateFile(store, aside);
  if (moved.kind === "text" && moved.text === text) {
    store.remove(aside);
    return true;
  }
  putBack(store, aside, path);
  return false;
}

/**
 * Moves a file that cannot be decoded aside, and looks at it again there: where its writer was only slow, it comes back
 * (SAFETY L4).
 *
 * @param store Where it lies.
 * @param path The file.
 * @param what `identity` of the file that was judged, when it was found, and whether it is whole after all.
 * @returns The path it has now; `undefined` when it, or another one, stands where it stood, or it is gone.
 * @throws {FileError} If it may not be moved.
 */
export function setAsideUnless(
  store: FileStore,
  path: string,
  what: {
    readonly identity: string;
    readonly epochSeconds: number;
    readonly isWhole: (path: string) => boolean;
  },
): string | undefined {
  const { identity } = what;
  let aside: string;
  try {
    aside = setAside(store, path, what.epochSeconds, { identity });
  } catch (error) {
    const isMoot = error instanceof FileError &&
      (error.problem === "absent" || error.problem === "exists");
    if (isMoot) return undefined;
    throw error;
  }
  if (!what.isWhole(aside)) return aside;
  putBack(store, aside, path);
  return undefined;
}

/** Swept a day later, by its form of name, if we die in between. */
export function temporaryPath(path: string, token: string): string {
  return `${folderOf(path)}/.${nameOf(path)}.${token}.tmp`;
}

/** Gives a file that was moved its name back, unless a newer one has it: that one counts. */
function putBack(store: FileStore, aside: string, path: string): void {
  tryLink(store, aside, path);
  store.remove(aside);
}

function tryLink(store: FileStore, from: string, to: string): boolean {
  try {
    store.link(from, to);
    return true;
  } catch (error) {
    if (error instanceof FileError && error.problem === "exists") return false;
    throw error;
  }
}

function tryRemove(store: FileStore, path: string): void {
  try {
    store.remove(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}
