import { KIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { pythonOfScript } from "../parse/interpreter_line.ts";
import { isPythonName, programOfCommand } from "../parse/python_command.ts";
import type { EnvReader } from "../ports/env.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { findOnPath } from "./program_search.ts";

/** A script's first lines. */
const HEAD_BYTES = 4 * KIB;
/** The environment of a project that uv keeps. */
const UV_FOLDER = ".venv";

/**
 * Which Python a command runs in, by its words and its script's first line. Nothing is started: what starts may be the
 * very thing that takes the machine down.
 *
 * Fails open: a command that is no Python's, or hides it behind a shell, has none.
 *
 * @param ports The disk and the environment.
 * @param command The program and its arguments.
 * @returns An interpreter, a script that one starts, or the folder of an environment, as `findPython` takes it.
 */
export function pythonOfCommand(
  ports: { readonly store: FileStore; readonly env: EnvReader },
  command: readonly string[],
): string | undefined {
  const words = programOfCommand(command);
  if (words === undefined) return undefined;
  const [program, first] = words;
  if (isPythonName(program)) return program;
  if (/(?:^|\/)uv$/.test(program) && first === "run") {
    const here = ports.env("PWD");
    const folder = `${
      here?.startsWith("/") === true ? here : "."
    }/${UV_FOLDER}`;
    return tryStat(ports.store, folder)?.kind === "folder" ? folder : undefined;
  }
  const path = program.includes("/")
    ? program
    : findOnPath(ports.store, program, ports.env("PATH") ?? "");
  if (path === undefined) return undefined;
  const head = tryReadHead(ports.store, path);
  const isScript = head.startsWith("#!") &&
    (pythonOfScript(head) !== undefined ||
      (path.includes("/shims/") && head.includes("pyenv")));
  return isScript ? path : undefined;
}

function tryReadHead(store: FileStore, path: string): string {
  try {
    // A FIFO would never end.
    if (tryStat(store, path)?.kind !== "file") return "";
    return new TextDecoder().decode(store.readHead(path, HEAD_BYTES));
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}
