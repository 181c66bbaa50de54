import type { RegistryProblem } from "../core/registry_problem.ts";
import { FileError } from "../core/error.ts";
import type { FileStore } from "../ports/file_store.ts";

/** A file of the registry, read as far as it may matter. */
export interface ReadRegistryFile {
  /** Its path, as it was named or found. */
  readonly path: string;
  /** At most one byte more than the largest file that is looked at. */
  readonly bytes: Uint8Array;
}

/** What {@linkcode readRegistryFiles} found. */
export interface RegistryFilesFound {
  /** Files, sorted by path. */
  readonly files: readonly ReadRegistryFile[];
  /** What could not be read. */
  readonly problems: readonly RegistryProblem[];
}

/** One byte more than validation looks at, so that it sees a file that is too large. */
const READ_BYTES = 512 * 1024 + 1;
/** `registry/models/x.jsonc` is one level down; nobody needs more than three. */
const MAX_LEVELS = 3;
/** A registry of thousands of entries is a mistake of the path, such as `/`. */
const MAX_FILES = 5_000;
/** What `build_registry.ts` writes, and what the schemas are: no entries. */
const GENERATED = /^(?:registry|failures|gpu_families)\.json$|\.schema\.json$/;

/**
 * Reads the files of a registry: each path is a file, or a folder whose `*.jsonc` and `*.json` are taken, with those of
 * folders below it. Links to folders are not followed, hidden files not looked at.
 *
 * Fails closed: what cannot be read is a problem at its path, never skipped in silence.
 */
export function readRegistryFiles(
  store: FileStore,
  paths: readonly string[],
): RegistryFilesFound {
  const files: ReadRegistryFile[] = [];
  const problems: RegistryProblem[] = [];
  const fail = (file: string, message: string, fix: string): void => {
    problems.push({
      file,
      line: 1,
      column: 1,
      rule: "unreadable",
      message,
      fix,
    });
  };
  const readFile = (path: string): void => {
    if (files.length >= MAX_FILES) return;
    files.push({ path, bytes: store.readHead(path, READ_BYTES) });
  };
  const visit = (path: string, level: number): void => {
    try {
      const { kind } = store.stat(path);
      if (kind === "file") return readFile(path);
      if (kind !== "folder") {
        fail(path, "This is no file", "Name a file, or a folder of files");
        return;
      }
      for (const entry of store.list(path)) {
        const below = `${path.replace(/\/+$/, "")}/${entry.name}`;
        if (entry.name.startsWith(".") || GENERATED.test(entry.name)) continue;
        const isData = /\.jsonc?$/.test(entry.name);
        if (entry.kind === "folder" && level < MAX_LEVELS) {
          visit(below, level + 1);
        } else if (entry.kind !== "folder" && isData) visit(below, level + 1);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      fail(
        path,
        error.problem === "absent" ? "There is no such file" : error.message,
        error.problem === "absent"
          ? "Check the path"
          : "Make it readable for this user",
      );
    }
  };
  for (const path of paths) visit(path, 0);
  if (files.length >= MAX_FILES) {
    fail(
      paths[0] ?? "",
      `More than ${MAX_FILES} files`,
      "Name the folder itself",
    );
  }
  return {
    files: files.toSorted((a, b) => a.path < b.path ? -1 : 1),
    problems,
  };
}
