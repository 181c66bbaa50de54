import assert from "node:assert/strict";
import {
  runningProcesses,
  UNKNOWN_KIND,
} from "../../lib/facts/running_process.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";

Deno.test("a process that runs has its facts; one that has ended, also a zombie, has none", async () => {
  // Kills: a zombie that counts as a guard that runs, so that its record is never swept.
  const table = new FakeProcessTable();
  const { startToken } = table.start(77, { userId: 502 });
  const processes = runningProcesses(table);
  assert.deepEqual(await processes.identityOf(77), {
    pid: 77,
    startToken,
    startedAt: Temporal.Instant.from("2026-01-01T00:00:00Z"),
    userId: 502,
  });
  assert.equal(await processes.identityOf(78), undefined);
  table.makeZombie(77);
  assert.equal(await processes.identityOf(77), undefined);
});

Deno.test("a process that cannot be looked at fails closed: it runs, and is never signalled", async () => {
  // Kills: a busy `ps` that makes every guard look dead; a signal on a guess (SAFETY I1).
  const table = new FakeProcessTable();
  table.start(77);
  table.blindBecause = "ps gave no answer";
  const processes = runningProcesses(table);
  const unknown = await processes.identityOf(77);
  assert.equal(unknown?.startToken.kind, UNKNOWN_KIND);
  assert.equal(unknown?.userId, undefined);
  table.blindBecause = undefined;
  assert.ok(unknown !== undefined);
  assert.equal(await processes.kill(unknown, "SIGKILL"), "unproved");
  assert.deepEqual(table.signals, []);
});

Deno.test("a signal reaches exactly the process that was looked at", async () => {
  // Kills: a SIGKILL to whoever got the pid between the look and the signal.
  const table = new FakeProcessTable();
  table.start(77);
  const processes = runningProcesses(table);
  const seen = await processes.identityOf(77);
  assert.ok(seen !== undefined);
  table.start(77);
  assert.equal(await processes.kill(seen, "SIGKILL"), "gone");
  assert.deepEqual(table.signals, []);
  const now = await processes.identityOf(77);
  assert.ok(now !== undefined);
  assert.equal(await processes.kill(now, "SIGTERM"), "sent");
  assert.deepEqual(table.signals, [{ pid: 77, signal: "SIGTERM" }]);
});
