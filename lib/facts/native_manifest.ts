import { FileError } from "../core/error.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { FileStore } from "../ports/file_store.ts";
import { folderOf, nameOf } from "../ports/state_folder.ts";

/** Name of the list of SHA-256 sums, beside what it names. */
const MANIFEST = "manifest.json";
/** Both slices together have some hundred KiB. */
const MOST_BYTES = 16 * 2 ** 20;
/** It names a handful of files. */
const MOST_MANIFEST_BYTES = 65_536;

/**
 * Whether a dylib is the one that was built: its SHA-256 stands in the manifest beside it.
 *
 * Fails closed for ours: without a manifest it is not opened. One that a person named in `METALGUARD_LIBRARY` may have
 * none, but is not opened against the one it has.
 *
 * @param path The dylib.
 * @param options `isOwn` for the one that lies beside the program.
 */
export async function verifyNativeLibrary(
  store: FileStore,
  path: string,
  options: { readonly isOwn: boolean },
): Promise<Observed<true>> {
  try {
    const wanted = wantedSum(store, path);
    if (wanted === undefined) {
      return options.isOwn
        ? unknown(`${MANIFEST} beside it does not name it`)
        : known(true);
    }
    const bytes = readWhole(store, path);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return new Uint8Array(digest).toHex() === wanted
      ? known(true)
      : unknown(`it is not the file that ${MANIFEST} beside it names`);
  } catch (error) {
    if (error instanceof FileError) return unknown(error.message);
    throw error;
  }
}

/** Into memory of its own size: growing and copying would take longer than the sum. */
function readWhole(
  store: FileStore,
  path: string,
): Uint8Array<ArrayBuffer> {
  const { kind, sizeBytes } = store.stat(path);
  const into = new Uint8Array(Math.min(sizeBytes, MOST_BYTES) + 1);
  const bytes = kind === "file"
    ? store.readHead(path, into.length, into)
    : into.subarray(0, 0);
  return bytes.buffer === into.buffer
    ? into.subarray(0, bytes.length)
    : new Uint8Array(bytes);
}

function wantedSum(store: FileStore, path: string): string | undefined {
  const text = tryRead(store, `${folderOf(path)}/${MANIFEST}`);
  const files = fieldOf(parsed(text), "files");
  const sum = fieldOf(files, nameOf(path));
  return typeof sum === "string" ? sum.toLowerCase() : undefined;
}

function tryRead(store: FileStore, path: string): string {
  try {
    if (store.stat(path).kind !== "file") return "";
    return new TextDecoder().decode(store.readHead(path, MOST_MANIFEST_BYTES));
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null &&
      Object.hasOwn(value, key)
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}
