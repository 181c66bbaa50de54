import { FileError } from "../core/error.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import type { EnvReader } from "../ports/env.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { folderOf, nameOf } from "../ports/state_folder.ts";
import type { PythonPlace, PythonPorts } from "./python_types.ts";
import { siteFolders, userSiteFolders } from "./site_folders.ts";

/** As many links as Linux follows. */
const MOST_LINKS = 40;
/** On a Mac a program that starts the Python of the developer tools that were chosen. */
const APPLE_STUB = "/usr/bin/python3";
const APPLE_PYTHONS: readonly string[] = [
  "/Library/Developer/CommandLineTools/usr/bin/python3",
  "/Applications/Xcode.app/Contents/Developer/usr/bin/python3",
];

/**
 * Describes a Python that is no virtual environment: what counts is where its links lead.
 *
 * @param ports The disk and the environment.
 * @param interpreter Its path.
 */
export function installation(
  ports: PythonPorts,
  interpreter: string,
): Observed<PythonPlace> {
  const real = followLinks(ports, interpreter);
  const version = /^python(3\.\d{1,3})t?$/.exec(nameOf(real))?.[1];
  // The library stands beside `bin`, in some installations a folder higher.
  let prefix = folderOf(folderOf(real));
  for (let level = 0; level < 3; level += 1) {
    const found =
      version !== undefined && hasLibrary(ports.store, prefix, version)
        ? version
        : version === undefined
        ? newestLibrary(ports.store, prefix)
        : undefined;
    if (found !== undefined) {
      return known({
        interpreter,
        prefix: tidy(prefix),
        version: found,
        kind: tryStat(ports.store, `${prefix}/conda-meta`)?.kind === "folder"
          ? "conda"
          : "plain",
        folders: [
          ...fromVariable(ports.env),
          ...userSiteFolders(ports.env, found, real.includes(".framework/")),
          ...siteFolders(prefix, found),
        ],
      });
    }
    if (prefix === "/") break;
    prefix = folderOf(prefix);
  }
  return unknown(
    `no Python library is near ${tidy(real)}: it may be a launcher`,
  );
}

/** Folders in `PYTHONPATH`, which come first. */
export function fromVariable(env: EnvReader): readonly string[] {
  return (env("PYTHONPATH") ?? "").split(":").filter((part) => part !== "")
    .slice(0, 50);
}

function hasLibrary(
  store: FileStore,
  prefix: string,
  version: string,
): boolean {
  return ["lib", "lib64"].some((lib) =>
    tryStat(store, `${prefix}/${lib}/python${version}`)?.kind === "folder"
  );
}

/** The newest `lib/python3.N` below a folder; `undefined` when there is none. */
export function newestLibrary(
  store: FileStore,
  prefix: string,
): string | undefined {
  try {
    const minors = store.list(`${prefix}/lib`).flatMap(({ name }) => {
      const minor = /^python3\.(\d{1,3})$/.exec(name)?.[1];
      return minor === undefined ? [] : [Number(minor)];
    });
    return minors.length === 0 ? undefined : `3.${Math.max(...minors)}`;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/**
 * Where an interpreter is in the end. Of paths only the last name is followed, and none is tidied on the way: `..` behind
 * a linked folder is the kernel's matter.
 */
function followLinks({ store, links }: PythonPorts, path: string): string {
  let at = path;
  for (let count = 0; count < MOST_LINKS; count += 1) {
    const target = links(at);
    if (target === undefined) {
      const own = at === APPLE_STUB
        ? APPLE_PYTHONS.find((one) => tryStat(store, one)?.kind === "file")
        : undefined;
      if (own === undefined) return at;
      at = own;
      continue;
    }
    at = target.startsWith("/") ? target : `${folderOf(at)}/${target}`;
  }
  return at;
}

/** A path for people: without `x/..`. */
function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    const isUndone = part === ".." && !["", ".."].includes(parts.at(-1) ?? "");
    if (isUndone) parts.pop();
    else if (part !== "." || parts.length === 0) parts.push(part);
  }
  return parts.join("/") || "/";
}
