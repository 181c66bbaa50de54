import assert from "node:assert/strict";
import { readOsBuild } from "../../lib/facts/os_build.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";

const SYSCTL = "/usr/sbin/sysctl";

function read(
  children: FakeChildProcesses,
  platform = "darwin",
): ReturnType<typeof readOsBuild> {
  return readOsBuild({ system: { platform }, children });
}

Deno.test("readOsBuild() asks sysctl by its path and takes nothing but a build", async () => {
  // Kills: a build out of an error text; a sysctl that is first on somebody's PATH.
  const children = new FakeChildProcesses().put(SYSCTL, { stdout: "25F84\n" });
  assert.deepEqual(await read(children), { kind: "known", value: "25F84" });
  assert.deepEqual(children.starts.map((one) => [one.program, one.args]), [
    [SYSCTL, ["-n", "kern.osversion"]],
  ]);
  for (const stdout of ["", "unknown oid", "25F84 25F85", "\u001b[2J25F84"]) {
    const strange = new FakeChildProcesses().put(SYSCTL, { stdout });
    assert.equal((await read(strange)).kind, "unknown", stdout);
  }
});

Deno.test("readOsBuild() is unknown, with a reason, where there is no answer", async () => {
  // Kills: an exception in place of "unknown"; a program started on another system.
  const slow = new FakeChildProcesses().put(SYSCTL, {
    stdout: "25F84",
    takesMs: 60_000,
  });
  for (
    const children of [
      slow,
      new FakeChildProcesses(),
      new FakeChildProcesses().put(SYSCTL, "denied"),
    ]
  ) {
    assert.equal((await read(children)).kind, "unknown");
  }
  const other = new FakeChildProcesses();
  assert.deepEqual(await read(other, "linux"), {
    kind: "unknown",
    because: "this is linux, not macOS",
  });
  assert.equal(other.starts.length, 0);
});
