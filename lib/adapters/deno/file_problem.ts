import { FileError, type FileProblem } from "../../core/error.ts";
import { plainText } from "../../core/plain_text.ts";

const BY_CODE: ReadonlyMap<string, FileProblem> = new Map([
  ["ENOENT", "absent"],
  ["EACCES", "denied"],
  ["EPERM", "denied"],
  ["ENOTDIR", "not-a-folder"],
  ["EISDIR", "not-a-file"],
  ["EEXIST", "exists"],
  ["ELOOP", "link-loop"],
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
  ["EROFS", "read-only"],
]);

const WORDS: Readonly<Record<FileProblem, string>> = {
  "absent": "no such file or folder",
  "denied": "permission denied",
  "not-a-folder": "part of the path is not a folder",
  "not-a-file": "it is not a regular file",
  "exists": "the name is taken",
  "link-loop": "links lead in a circle",
  "disk-full": "the disk is full",
  "read-only": "the disk is read-only",
  "other": "the system refused",
};

/** Longest path of macOS and what we say about it. */
const LONGEST_MESSAGE = 1_280;

/** The system's own name of an error, e.g. `ENOSPC`; `undefined` where it has none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error &&
      typeof error.code === "string"
    ? error.code
    : undefined;
}

/**
 * What stood in the way. Permission that Deno itself withholds counts as denied.
 *
 * @param error Whatever a call of Deno threw.
 */
export function problemOf(error: unknown): FileProblem {
  if (error instanceof Deno.errors.NotCapable) return "denied";
  return BY_CODE.get(systemCode(error) ?? "") ?? "other";
}

/**
 * Builds the one form that messages about files have: `Cannot read /x: permission denied`.
 *
 * @param problem What stood in the way.
 * @param doing Verb in the infinitive, e.g. `read`.
 * @param path The path that was asked for; what a terminal would obey is taken out of the message.
 * @param cause What the system threw.
 */
export function fileError(
  problem: FileProblem,
  doing: string,
  path: string,
  cause?: unknown,
): FileError {
  const words = problem === "other" && cause instanceof Error
    // Deno adds the number, the call and the path; the path is in our message already.
    ? cause.message.split(" (os error ", 1)[0] ?? WORDS.other
    : WORDS[problem];
  return new FileError(
    problem,
    path,
    plainText(`Cannot ${doing} ${path}: ${words}`, LONGEST_MESSAGE),
    cause === undefined ? undefined : { cause },
  );
}

/**
 * Runs one file operation and turns what it throws into a {@linkcode FileError}.
 *
 * @throws {FileError} If `operation` throws.
 */
export function attempt<T>(
  doing: string,
  path: string,
  operation: () => T,
): T {
  try {
    return operation();
  } catch (error) {
    throw asFileError(error, doing, path);
  }
}

/** What {@linkcode attempt} throws for an error, for operations that run too often to be wrapped in a function. */
export function asFileError(
  error: unknown,
  doing: string,
  path: string,
): FileError {
  return error instanceof FileError
    ? error
    : fileError(problemOf(error), doing, path, error);
}
