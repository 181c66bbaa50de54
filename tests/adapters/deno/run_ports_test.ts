import assert from "node:assert/strict";
import { createDenoRunPorts } from "../../../lib/adapters/deno/run_ports.ts";

Deno.test("createDenoRunPorts() reaches this machine, and starts no program to learn its boot", async () => {
  // Kills: a port that is another one's; `cat` started before each run.
  const ports = createDenoRunPorts("file:///m/main.js");
  assert.equal(ports.system.pid, Deno.pid);
  assert.equal((await ports.table.read(Deno.pid)).kind, "alive");
  assert.equal(
    ports.tableSource,
    Deno.build.os === "darwin" ? "ps" : "proc",
  );
  const boot = await ports.system.readBootSessionUuid();
  assert.equal(boot.kind, "known");
  const child = ports.foreground.start("/bin/sh", {
    args: ["-c", "exit 3"],
  });
  assert.equal((await child.end).exitCode, 3);
  child[Symbol.dispose]();
});
