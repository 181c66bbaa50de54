import assert from "node:assert/strict";
import {
  createDenoPrivateNames,
  createPrivateNames,
} from "../../lib/adapters/deno/private_names.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";
import { fakeEnv } from "../fakes/env.ts";

Deno.test("names of user and machine come from the environment and from macOS's programs", async () => {
  // Kills: the name that a person gave the Mac, which stands in no variable.
  const children = new FakeChildProcesses()
    .put("/usr/bin/id", { stdout: "Ada Lovelace\n" })
    .put("/usr/sbin/ioreg", {
      stdout:
        '"IOPlatformSerialNumber" = "C02X1"\n"IOPlatformUUID" = "12345678-1111-4111-8111-111111111111"',
    })
    .put("/usr/sbin/scutil", (start) => ({
      stdout: `${start.args[1]} of Ada\n`,
      exitCode: start.args[1] === "HostName" ? 1 : 0,
    }));
  const read = createPrivateNames({
    platform: "darwin",
    hostName: () => "mini.local",
    env: fakeEnv({ USER: "ada", LOGNAME: "ada" }),
    children,
  });
  assert.deepEqual(await read(), {
    users: ["ada", "Ada Lovelace"],
    hosts: ["mini.local", "ComputerName of Ada", "LocalHostName of Ada"],
    serials: ["C02X1", "12345678-1111-4111-8111-111111111111"],
  });
});

Deno.test("what cannot be asked is left out", async () => {
  // Kills: a post-mortem that ends because scutil is not there.
  const read = createPrivateNames({
    platform: "darwin",
    hostName: () => {
      throw new Error("denied");
    },
    env: fakeEnv({}),
    children: new FakeChildProcesses(),
  });
  assert.deepEqual(await read(), { users: [], hosts: [], serials: [] });
  const real = createDenoPrivateNames({
    env: fakeEnv({ USER: "ada" }),
    children: new FakeChildProcesses(),
  });
  const names = await real();
  assert.deepEqual(names.users, ["ada"]);
  assert.ok(names.hosts.length > 0);
});
