import assert from "node:assert/strict";
import { createHostIdentity } from "../../../lib/adapters/deno/host_identity.ts";
import { FakeChildProcesses } from "../../fakes/child_process.ts";

const UUID = "0A1B2C3D-1111-4222-8333-444455556666";
const IOREG = "/usr/sbin/ioreg";

function none(): string {
  return assert.fail("a file was read");
}

Deno.test("a machine has one hash, asked for once, that does not show its identity", async () => {
  // Kills: the hardware UUID itself in a file; a program started for every lock.
  const children = new FakeChildProcesses()
    .put(IOREG, { stdout: `  "IOPlatformUUID" = "${UUID}"\n` });
  const host = createHostIdentity(children, {
    platform: "darwin",
    readText: none,
  });
  const [first, again] = [await host.readHost(), await host.readHost()];
  assert.deepEqual(first, again);
  assert.ok(first.kind === "known");
  assert.match(first.value, /^[0-9a-f]{32}$/);
  assert.ok(!UUID.replaceAll("-", "").toLowerCase().includes(first.value));
  assert.equal(children.starts.length, 1);
  const other = createHostIdentity(new FakeChildProcesses(), {
    platform: "linux",
    readText: () => `${"ab".repeat(16)}\n`,
  });
  assert.notDeepEqual(await other.readHost(), first);
});

Deno.test("a machine without identity is unknown, and is asked again", async () => {
  // Kills: all machines without identity taken for one.
  let text = "";
  const host = createHostIdentity(new FakeChildProcesses(), {
    platform: "linux",
    readText: () => text,
  });
  assert.equal((await host.readHost()).kind, "unknown");
  text = "cd".repeat(16);
  assert.equal((await host.readHost()).kind, "known");
  const noIoreg = createHostIdentity(new FakeChildProcesses(), {
    platform: "darwin",
    readText: none,
  });
  assert.equal((await noIoreg.readHost()).kind, "unknown");
  const elsewhere = createHostIdentity(new FakeChildProcesses(), {
    platform: "plan9",
    readText: none,
  });
  assert.equal((await elsewhere.readHost()).kind, "unknown");
});
