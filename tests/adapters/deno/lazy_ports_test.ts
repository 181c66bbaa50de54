import assert from "node:assert/strict";
import {
  lazyHostIdentity,
  lazyProcessTable,
} from "../../../lib/adapters/deno/lazy_ports.ts";
import { createDenoChildProcesses } from "../../../lib/adapters/deno/child_process.ts";
import { FakeChildProcesses } from "../../fakes/child_process.ts";

Deno.test("lazyProcessTable() answers and signals as the table that it loads", async () => {
  // Kills: a call that is passed on to nobody; a table made anew for each question.
  const table = lazyProcessTable(createDenoChildProcesses());
  const self = await table.read(Deno.pid);
  assert.ok(self.kind === "alive" && self.facts.pid === Deno.pid);
  const descendants = await table.readDescendants(Deno.pid);
  assert.equal(descendants.kind, "known");
  const stranger = {
    pid: Deno.pid,
    startToken: { kind: self.facts.startToken.kind, value: "never" },
  };
  assert.equal(await table.signal(stranger, "SIGTERM"), "gone");
});

Deno.test("lazyHostIdentity() starts nothing before it is asked, and answers the same each time", async () => {
  // Kills: a program started at every start of ours; two identities of one machine.
  const children = new FakeChildProcesses();
  const host = lazyHostIdentity(children);
  assert.deepEqual(children.starts, []);
  assert.deepEqual(await host.readHost(), await host.readHost());
});
