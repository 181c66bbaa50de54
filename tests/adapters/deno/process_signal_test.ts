import assert from "node:assert/strict";
import {
  probePid,
  signalAfterLook,
} from "../../../lib/adapters/deno/process_signal.ts";
import type { ProcessReading } from "../../../lib/ports/process_table.ts";

const TOKEN = { kind: "proc", value: "1" };
const IDENTITY = { pid: 7, startToken: TOKEN };
const ALIVE: ProcessReading = {
  kind: "alive",
  facts: {
    pid: 7,
    parentPid: 1,
    userId: 0,
    startToken: TOKEN,
    startedAt: Temporal.Instant.fromEpochMilliseconds(0),
    names: [],
    args: [],
  },
};

function failing(error: Error): () => void {
  return () => {
    throw error;
  };
}

Deno.test("signalAfterLook() says what became of a signal, and sends none without proof", () => {
  // Kills: "sent" where the system refused; a signal on a look that showed nothing.
  const sent: unknown[] = [];
  const kill = (pid: number, signal: unknown): void => {
    sent.push([pid, signal]);
  };
  assert.equal(signalAfterLook(IDENTITY, "SIGTERM", ALIVE, kill), "sent");
  assert.deepEqual(sent, [[7, "SIGTERM"]]);
  const unknown = { kind: "unknown", because: "x" } as const;
  const no = (): void => assert.fail("signalled");
  assert.equal(signalAfterLook(IDENTITY, "SIGTERM", unknown, no), "unproved");
  for (const kind of ["gone", "zombie"] as const) {
    assert.equal(signalAfterLook(IDENTITY, "SIGTERM", { kind }, no), "gone");
  }
  const denied = failing(new Deno.errors.PermissionDenied("EPERM"));
  assert.equal(signalAfterLook(IDENTITY, "SIGTERM", ALIVE, denied), "denied");
  const gone = failing(new Deno.errors.NotFound("ESRCH"));
  assert.equal(signalAfterLook(IDENTITY, "SIGTERM", ALIVE, gone), "gone");
});

Deno.test("probePid() tells nobody from somebody else's", () => {
  // Kills: another user's process taken for a free number.
  assert.equal(probePid(() => {}, 7), "ours");
  assert.equal(probePid(failing(new Deno.errors.NotFound("")), 7), "gone");
  const denied = failing(new Deno.errors.PermissionDenied(""));
  assert.equal(probePid(denied, 7), "theirs");
  assert.equal(probePid((pid) => Deno.kill(pid, 0), Deno.pid), "ours");
});
