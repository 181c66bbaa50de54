import { KIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import type { EnvReader } from "../ports/env.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { findOnPath } from "./program_search.ts";

/** As many folders upwards as pyenv's own search has on usual machines. */
const MOST_LEVELS = 12;
/** What may be part of a path: nothing that leads elsewhere. */
const VERSION_NAME = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,60}$/;

/**
 * The interpreter that a shim of pyenv would start: by `PYENV_VERSION`, else the nearest `.python-version` of the current
 * folder and those above, else pyenv's own `version` file.
 *
 * @param ports The disk and the environment.
 * @param path The shim.
 * @param head Its beginning.
 * @returns `undefined` when it is no such shim, or the version it names is not installed.
 */
export function pythonBehindShim(
  ports: { readonly store: FileStore; readonly env: EnvReader },
  path: string,
  head: string,
): string | undefined {
  const found = /^(?<root>.*)\/shims\/(?<name>[^/]+)$/.exec(path)?.groups;
  if (found === undefined || !head.includes("pyenv")) return undefined;
  const { root = "", name = "" } = found;
  const version = chosenVersion(ports, root);
  if (version === "system") {
    const path = (ports.env("PATH") ?? "").split(":")
      .filter((folder) => folder.replace(/\/$/, "") !== `${root}/shims`);
    return findOnPath(ports.store, name, path.join(":"));
  }
  if (version === undefined) return undefined;
  const folder = installedVersion(ports.store, root, version);
  return folder === undefined
    ? undefined
    : `${root}/versions/${folder}/bin/${name}`;
}

function chosenVersion(
  { store, env }: { readonly store: FileStore; readonly env: EnvReader },
  root: string,
): string | undefined {
  const named = env("PYENV_VERSION")?.split(":")[0] || undefined;
  const files = Array.from(
    { length: MOST_LEVELS },
    (_, level) => `${"../".repeat(level)}.python-version`,
  );
  const text = named ??
    [...files, `${root}/version`].map((file) => firstWord(store, file))
      .find((word) => word !== undefined);
  return text !== undefined && VERSION_NAME.test(text) ? text : undefined;
}

/** The first word that is no comment. Several versions may be listed; the first one runs. */
function firstWord(store: FileStore, path: string): string | undefined {
  try {
    if (tryStat(store, path)?.kind !== "file") return undefined;
    const text = new TextDecoder().decode(store.readHead(path, 4 * KIB));
    return text.split("\n").map((line) => line.trim())
      .find((line) => line !== "" && !line.startsWith("#"))?.split(/\s/)[0];
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** The folder of a version; `3.12` stands for the newest 3.12 that is installed. */
function installedVersion(
  store: FileStore,
  root: string,
  version: string,
): string | undefined {
  if (tryStat(store, `${root}/versions/${version}`)?.kind === "folder") {
    return version;
  }
  try {
    return store.list(`${root}/versions`).map(({ name }) => name)
      .filter((name) =>
        name.startsWith(`${version}.`) &&
        /^\d+$/.test(name.slice(version.length + 1))
      )
      .toSorted((a, b) => patchOf(a) - patchOf(b)).at(-1);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function patchOf(version: string): number {
  return Number(version.slice(version.lastIndexOf(".") + 1));
}
