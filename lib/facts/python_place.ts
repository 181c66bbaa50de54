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
import { folderOf } from "../ports/state_folder.ts";
import { findOnPath } from "./program_search.ts";
import { pythonBehindShim } from "./pyenv_shim.ts";
import {
  fromVariable,
  installation,
  newestLibrary,
} from "./python_installation.ts";
import type { PythonPlace, PythonPorts } from "./python_types.ts";
import { siteFolders, userSiteFolders } from "./site_folders.ts";

/** Scripts that lead to scripts, shims that lead to shims. */
const MOST_HOPS = 4;
const HEAD_BYTES = 4 * KIB;
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

function withoutSlash(path: string): string {
  return path.replace(/\/{1,100}$/, "");
}
