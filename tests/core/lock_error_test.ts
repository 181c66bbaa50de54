import assert from "node:assert/strict";
import { MetalGuardError } from "../../lib/core/error.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";

Deno.test("LockHeldError says who, why, and what force could not do", () => {
  // Kills: a conflict that a caller can only tell by its words.
  const plain = new LockHeldError({ holder: undefined, reason: "held by X" });
  assert.ok(plain instanceof MetalGuardError);
  assert.equal(plain.name, "LockHeldError");
  assert.equal(plain.message, "Cannot take the GPU lock: held by X");
  assert.deepEqual(
    [plain.forceTimedOut, plain.forcePermissionDenied],
    [false, false],
  );
  const holder = {
    pid: 7,
    label: "bench",
    startedAt: Temporal.Instant.from("2026-01-01T00:00:00Z"),
    commandLine: "",
    guardPid: null,
    host: null,
  };
  const forced = new LockHeldError({
    holder,
    reason: "held",
    forceTimedOut: true,
    forcePermissionDenied: true,
  });
  assert.equal(forced.holder, holder);
  assert.deepEqual(
    [forced.forceTimedOut, forced.forcePermissionDenied],
    [true, true],
  );
});
