import assert from "node:assert/strict";
import {
  attempt,
  fileError,
  problemOf,
  systemCode,
} from "../../../lib/adapters/deno/file_problem.ts";
import { FileError } from "../../../lib/core/error.ts";

/** An error as Deno makes it: a class or a plain one, with the system's code. */
function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

Deno.test("problemOf() knows every code that a layer decides on", () => {
  // Kills: a full disk or a read-only one reported as "other", which names no way out.
  const expected = {
    ENOENT: "absent",
    EACCES: "denied",
    EPERM: "denied",
    ENOTDIR: "not-a-folder",
    EISDIR: "not-a-file",
    EEXIST: "exists",
    ELOOP: "link-loop",
    ENOSPC: "disk-full",
    EDQUOT: "disk-full",
    EROFS: "read-only",
    EIO: "other",
  };
  for (const [code, problem] of Object.entries(expected)) {
    assert.equal(problemOf(systemError(code, "x")), problem, code);
  }
  assert.equal(problemOf(new Deno.errors.NotCapable("x")), "denied");
  assert.equal(problemOf("thrown text"), "other");
  assert.equal(systemCode(new Error("none")), undefined);
});

Deno.test("fileError() says what failed and why, without what a terminal obeys", () => {
  // Kills: an escape sequence in a file name that repaints the terminal; a lost cause.
  const cause = systemError(
    "ENAMETOOLONG",
    "File name too long (os error 36): stat '/x'",
  );
  const error = fileError("other", "look at", "/a\u001b[2J\nb", cause);
  assert.equal(error.message, "Cannot look at /a [2J b: File name too long");
  assert.equal(error.path, "/a\u001b[2J\nb");
  assert.equal(error.cause, cause);
  assert.equal(
    fileError("denied", "read", "/x").message,
    "Cannot read /x: permission denied",
  );
});

Deno.test("attempt() wraps once and keeps the system's error as cause", () => {
  // Kills: "Cannot read /x: Cannot open /x: …".
  const inner = fileError("disk-full", "write", "/x");
  assert.throws(
    () =>
      attempt("read", "/y", () => {
        throw inner;
      }),
    inner,
  );
  const system = systemError("EROFS", "Read-only file system (os error 30)");
  assert.throws(
    () =>
      attempt("write", "/y", () => {
        throw system;
      }),
    (error) =>
      error instanceof FileError && error.problem === "read-only" &&
      error.cause === system && error.path === "/y",
  );
});
