import { KIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { pythonOfScript } from "../parse/interpreter_line.ts";
import {
  parsePyvenvConfig,
  type PyvenvConfig,
} from "../parse/pyvenv_config.ts";
import type { EnvReader } from "../ports/env.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { LinkReader } from "../ports/link_reader.ts";
import { findOnPath } from "./program_search.ts";
import { pythonBehindShim } from "./pyenv_shim.ts";
import { siteFolders, userSiteFolders } from "./site_folders.ts";

/** One Python, as far as files tell. It was not started. */
export interface PythonPlace {
  /** The interpreter, as it was named or found. */
  readonly interpreter: string;
  /** Folder that it is installed in. */
  readonly prefix: string;
  /** Two numbers, e.g. `3.12`. */
  readonly version: string;
  /** What kind of installation it is. */
  readonly kind: "venv" | "uv" | "conda" | "plain";
  /** Folders that it looks for packages in, first one first; not all of them need be there. */
  readonly folders: readonly string[];
}

/** What it takes to find a Python. Nothing in it can start a program. */
export interface PythonPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Links. */
  readonly links: LinkReader;
  /** `PATH`, `HOME`, `VIRTUAL_ENV`, `CONDA_PREFIX` and Python's own variables. */
  readonly env: EnvReader;
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;
/** Scripts that lead to scripts, shims that lead to shims. */
const MOST_HOPS = 4;
const HEAD_BYTES = 4 * KIB;
/** On a Mac a program that starts the Python of the developer tools that were chosen. */
const APPLE_STUB = "/usr/bin/python3";
const APPLE_PYTHONS: readonly string[] = [
  "/Library/Developer/CommandLineTools/usr/bin/python3",
  "/Applications/Xcode.app/Contents/Developer/usr/bin/python3",
];

/**
 * Finds a Python and the folders of its packages, from files alone.
 *
 * Without `asked`: the environment that is active (`VIRTUAL_ENV`, else `CONDA_PREFIX`), else `python3` on PATH.
 *
 * Fails open: what cannot be told is unknown, with the reason.
 *
 * @param ports The disk and the environment.
 * @param asked Path or name of an interpreter, of a script that one starts, or the folder of an environment.
 */
export function findPython(
  ports: PythonPorts,
  asked?: string,
): Observed<PythonPlace> {
  const named = asked ?? activeEnvironment(ports.env) ?? "python3";
  return placeOf(ports, named, MOST_HOPS);
}

function activeEnvironment(env: EnvReader): string | undefined {
  return env("VIRTUAL_ENV") || env("CONDA_PREFIX") || undefined;
}

function placeOf(
  ports: PythonPorts,
  named: string,
  hops: number,
): Observed<PythonPlace> {
  const { store, env } = ports;
  if (hops === 0) return unknown(`${named} leads in a circle`);
  const path = named.includes("/")
    ? named
    : findOnPath(store, named, env("PATH") ?? "");
  if (path === undefined) return unknown(`${named} is not on PATH`);
  const kind = tryStat(store, path)?.kind;
  if (kind === "folder") {
    return placeOf(ports, `${withoutSlash(path)}/bin/python`, hops - 1);
  }
  // A link that leads nowhere: the Python that an environment was made from is gone, its packages are not.
  if (kind !== "file" && ports.links(path) === undefined) {
    return unknown(`${path} is no program`);
  }
  const venv = virtualEnvironment(ports, path);
  if (venv !== undefined) return venv;
  const target = otherPython(ports, path);
  if (target !== undefined) return placeOf(ports, target, hops - 1);
  return installation(ports, path);
}

/** The Python that a script or a shim of pyenv stands for. */
function otherPython(ports: PythonPorts, path: string): string | undefined {
  const head = tryReadHead(ports.store, path);
  return head === undefined
    ? undefined
    : pythonBehindShim(ports, path, head) ?? pythonOfScript(head);
}

/** Python looks for `pyvenv.cfg` before it follows any link: beside itself, and one folder above. */
function virtualEnvironment(
  ports: PythonPorts,
  path: string,
): Observed<PythonPlace> | undefined {
  const beside = folderOf(path);
  for (const prefix of [beside, folderOf(beside)]) {
    const text = tryReadHead(ports.store, `${prefix}/pyvenv.cfg`);
    if (text !== undefined) {
      return environmentAt(ports, path, prefix, parsePyvenvConfig(text));
    }
  }
  return undefined;
}

function environmentAt(
  ports: PythonPorts,
  interpreter: string,
  prefix: string,
  config: PyvenvConfig,
): Observed<PythonPlace> {
  const version = config.version ?? newestLibrary(ports.store, prefix);
  if (version === undefined) {
    return unknown(`${prefix}/pyvenv.cfg names no version of Python`);
  }
  const own = siteFolders(prefix, version);
  return known({
    interpreter,
    prefix,
    version,
    kind: config.isOfUv ? "uv" : "venv",
    folders: [
      ...fromVariable(ports.env),
      ...own,
      ...(config.seesSystem && config.home !== undefined
        ? foldersOfBase(ports, config.home, version)
        : []),
    ],
  });
}

/** What an environment sees beyond its own packages. */
function foldersOfBase(
  ports: PythonPorts,
  home: string,
  version: string,
): readonly string[] {
  const base = installation(ports, `${home}/python${version}`);
  return base.kind === "known"
    ? base.value.folders
    : userSiteFolders(ports.env, version, false);
}

/** A Python that is no virtual environment: what counts is where its links lead. */
function installation(
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
function fromVariable(env: EnvReader): readonly string[] {
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

/** The newest `lib/python3.N` below a folder. */
function newestLibrary(store: FileStore, prefix: string): string | undefined {
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

function tryReadHead(store: FileStore, path: string): string | undefined {
  try {
    // A FIFO would never end.
    if (tryStat(store, path)?.kind !== "file") return undefined;
    return new TextDecoder().decode(store.readHead(path, HEAD_BYTES));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function withoutSlash(path: string): string {
  return path.replace(/\/{1,100}$/, "");
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
