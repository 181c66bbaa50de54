import assert from "node:assert/strict";
import { exitCodeOf } from "../../lib/cli/exit_code.ts";
import {
  DecodeError,
  FileError,
  MetalGuardError,
  RefusedError,
} from "../../lib/core/error.ts";

Deno.test("each error of ours has its exit code, and a mistake of ours is 70", () => {
  // Kills: a failed write that exits 2, which wrappers read as "wait".
  const refuse = { kind: "refuse", reason: "", wayOut: "" } as const;
  assert.deepEqual(
    [
      new MetalGuardError("usage", ""),
      new RefusedError("x", refuse),
      new FileError("denied", "", ""),
      new DecodeError(""),
      new MetalGuardError("child-failed", ""),
      new TypeError(),
      "text",
      undefined,
    ].map(exitCodeOf),
    [64, 75, 1, 1, 1, 70, 70, 70],
  );
});
