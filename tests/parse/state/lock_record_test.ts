import assert from "node:assert/strict";
import { decodeLock, encodeLock } from "../../../lib/parse/state/lock_file.ts";
import {
  guardTokenOf,
  newLockFile,
} from "../../../lib/parse/state/lock_record.ts";

const NEW = {
  label: "bench",
  startedAt: Temporal.Instant.from("2026-02-03T09:00:00Z"),
  commandLine: "python -m job",
  pid: 311,
  startToken: { kind: "proc", value: "12@AB:CD" },
  bootSessionUuid: undefined,
  nonce: "n1",
  host: "h",
};

Deno.test("newLockFile() is its own guard, and its token outlives the naming of a child", () => {
  // Kills: a guard that cannot be proved any more once the record names its child.
  const file = decodeLock(encodeLock(newLockFile(NEW)));
  assert.equal(file.pid, 311);
  assert.equal(file.guardPid, 311);
  assert.deepEqual(guardTokenOf(file), NEW.startToken);
  const child = {
    ...file,
    pid: 400,
    startToken: { kind: "proc", value: "99" },
  };
  assert.deepEqual(
    guardTokenOf(decodeLock(encodeLock(child))),
    NEW.startToken,
  );
});

Deno.test("newLockFile() and guardTokenOf() do without a token", () => {
  // Kills: a made-up token, which would be "different" from every real one and heal a living holder.
  const file = decodeLock(
    encodeLock(newLockFile({ ...NEW, startToken: undefined })),
  );
  assert.equal(guardTokenOf(file), undefined);
  for (const text of ["", "proc", ":1", "proc:", 5, `a:${"x".repeat(300)}`]) {
    const extra = new Map([["guard_start_token", text]]);
    assert.equal(guardTokenOf({ ...file, extra }), undefined, String(text));
  }
});
