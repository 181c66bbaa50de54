import { FileError } from "../core/error.ts";
import { tryStat } from "./file_look.ts";
import type { FileStore } from "./file_store.ts";
import { type Owner, replaceFile } from "./state_writer.ts";

/** Where a bundle is written, and which files there are its own. */
export interface BundlePlace {
  /** The disk. */
  readonly store: FileStore;
  /** The folder; made when missing, 0700. */
  readonly folder: string;
  /** Names of files that an earlier run has written. */
  readonly owned: ReadonlySet<string>;
  /** Whom files are given to (SAFETY H4). */
  readonly owner: Owner | undefined;
  /** Names what is moved out of the way, in whole epoch seconds. */
  readonly epochSeconds: number;
}

/** Names that {@linkcode putBundleFile} tries for a file in the way. */
const ATTEMPTS = 60;

/**
 * Writes one file of a bundle, 0600, whole or not at all. A file of somebody else that has its name is never lost: it
 * is moved beside it first.
 *
 * @param place Where.
 * @param name Name of the file, without a slash.
 * @param content What stands in it.
 * @returns The name that a file in the way has now; `undefined` when there was none.
 * @throws {FileError} If it cannot be written.
 */
export function putBundleFile(
  place: BundlePlace,
  name: string,
  content: string | Uint8Array,
): string | undefined {
  const { store, folder, owned, owner } = place;
  const path = `${folder}/${name}`;
  const isForeign = !owned.has(name) && tryStat(store, path) !== undefined;
  const aside = isForeign ? moveAside(place, name) : undefined;
  replaceFile(store, path, content, { owner });
  return aside;
}

function moveAside(place: BundlePlace, name: string): string {
  const { store, folder } = place;
  for (let at = 0; at < ATTEMPTS; at++) {
    const aside = `${name}.before-${place.epochSeconds + at}`;
    if (tryStat(store, `${folder}/${aside}`) !== undefined) continue;
    store.rename(`${folder}/${name}`, `${folder}/${aside}`);
    store.syncFolder(folder);
    return aside;
  }
  throw new FileError(
    "exists",
    `${folder}/${name}`,
    `Cannot write ${folder}/${name}: another file has its name`,
  );
}

/**
 * Makes a name that any file system and any page may hold.
 *
 * @param name Any name.
 * @param taken Names that are in use.
 */
export function bundleName(name: string, taken: ReadonlySet<string>): string {
  const plain = name.replace(/[^\w.-]+/g, "_").replace(/^[^A-Za-z0-9]+/, "")
    .slice(-120) || "report";
  if (!taken.has(plain)) return plain;
  const dot = plain.lastIndexOf(".");
  const [head, tail] = dot > 0
    ? [plain.slice(0, dot), plain.slice(dot)]
    : [plain, ""];
  for (let number = 2;; number++) {
    const next = `${head}-${number}${tail}`;
    if (!taken.has(next)) return next;
  }
}
