import { KIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { pythonOfScript } from "../parse/interpreter_line.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { nameOf } from "../ports/state_folder.ts";

const HEAD_BYTES = 4 * KIB;

/**
 * Tells which Python a program is, or is started by, as most MLX servers are.
 *
 * Fails open: a program that cannot be read is none.
 *
 * @param store The disk.
 * @param program Its whole path.
 * @returns What to look for as `findPython` takes it; `undefined` when it is no Python's program.
 */
export function pythonOfProgram(
  store: FileStore,
  program: string,
): string | undefined {
  if (/^python[0-9.]*t?$/.test(nameOf(program))) return program;
  try {
    // A FIFO would never end.
    if (tryStat(store, program)?.kind !== "file") return undefined;
    const head = new TextDecoder().decode(
      store.readHead(program, HEAD_BYTES),
    );
    const python = pythonOfScript(head);
    // A bare name is looked for beside the script first.
    return python === undefined || python.startsWith("/") ? python : program;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
