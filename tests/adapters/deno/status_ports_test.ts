import assert from "node:assert/strict";
import { createDenoStatusPorts } from "../../../lib/adapters/deno/status_ports.ts";

Deno.test("createDenoStatusPorts() reaches this machine", async () => {
  // Kills: a port that is another one's.
  const ports = createDenoStatusPorts("file:///m/main.js");
  assert.equal(ports.system.pid, Deno.pid);
  assert.equal((await ports.table.read(Deno.pid)).kind, "alive");
  assert.equal(ports.store.stat("/").kind, "folder");
  assert.equal(ports.env("PATH"), Deno.env.get("PATH"));
  assert.equal(ports.own.self?.at(-1), "file:///m/main.js");
  assert.ok(ports.clock.now().epochMilliseconds > 0);
});
