import type { EnvReader } from "../ports/env.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { LinkReader } from "../ports/link_reader.ts";

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
