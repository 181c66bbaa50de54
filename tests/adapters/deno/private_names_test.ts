import assert from "node:assert/strict";
import { createPrivateNames } from "../../../lib/adapters/deno/private_names.ts";
import { fakeEnv } from "../../fakes/env.ts";
import { FakeChildProcesses } from "../../fakes/child_process.ts";

Deno.test("names that cannot be asked are left out, and off macOS no program is started", async () => {
  // Kills: a text that is not shown at all because the host's name may not be asked.
  const children = new FakeChildProcesses();
  const names = await createPrivateNames({
    platform: "linux",
    hostName: () => {
      throw new Error("denied");
    },
    env: fakeEnv({ USER: "ada", LOGNAME: "ada", HOSTNAME: "engine" }),
    children,
  })();
  assert.deepEqual(names, { users: ["ada"], hosts: ["engine"], serials: [] });
  assert.deepEqual(children.starts, []);
});
