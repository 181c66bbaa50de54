import assert from "node:assert/strict";
import { createDenoGatePorts } from "../../../lib/adapters/deno/gate_ports.ts";
import { createDenoPorts } from "../../../lib/adapters/deno/ports.ts";

Deno.test("the gate's ports say the same of the system as all the ports", async () => {
  // Kills: another boot, another user or another process for the gate than for the rest.
  const gate = createDenoGatePorts();
  const all = createDenoPorts();
  assert.deepEqual(Object.keys(gate).toSorted(), [
    "clock",
    "env",
    "log",
    "store",
    "system",
  ]);
  assert.equal(gate.system.pid, all.system.pid);
  assert.equal(gate.system.platform, all.system.platform);
  assert.equal(gate.system.userId, all.system.userId);
  assert.deepEqual(
    await gate.system.readBootSessionUuid(),
    await all.system.readBootSessionUuid(),
  );
});
