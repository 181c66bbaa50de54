import assert from "node:assert/strict";
import { readRedactorOf } from "../../lib/compose/redactor.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";
import { fakeEnv } from "../fakes/env.ts";

Deno.test("readRedactorOf() knows the user by HOME too", async () => {
  // Kills: a user who is named in no variable, as under launchd.
  const redact = await readRedactorOf({
    env: fakeEnv({}),
    children: new FakeChildProcesses(),
    privateNames: () =>
      Promise.resolve({ users: [], hosts: ["box"], serials: ["S1234"] }),
  }, { home: "/Users/grace" });
  assert.equal(
    redact("grace on box, S1234, /Users/grace/x"),
    "[user] on [host], [serial], ~/x",
  );
});
