import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { Audit } from "../../lib/layers/audit.ts";
import {
  fakeHostMemory,
  fakeMachine,
  FakeMachineProbe,
} from "../fakes/machine_probe.ts";

Deno.test("the audit reports a wired limit that is too high, and memory that is critically short", async () => {
  // Kills: a warning that is computed and never told.
  const probe = new FakeMachineProbe().beM4Max();
  const audit = new Audit(probe);
  const calm = await audit.run();
  assert.deepEqual(calm.findings, []);
  assert.deepEqual(calm.driverVersion, known("130.15.2"));
  assert.equal(calm.wiredLimit.mode, "default");
  probe.machine = known(fakeMachine({ wiredLimitMib: known(131_072) }));
  probe.hostMemory = known(fakeHostMemory({ pressure: known("critical") }));
  assert.deepEqual(
    (await audit.run()).findings.map(({ code }) => code),
    ["wired-limit-high", "memory-pressure-critical"],
  );
  probe.hostMemory = known(fakeHostMemory({ pressure: known("warn") }));
  assert.equal((await audit.run()).findings.length, 1);
});

Deno.test("the audit reports unknown, and warns of nothing, where nothing is known", async () => {
  // Kills: a limit "chosen by macOS" on a machine that nobody could ask.
  const { wiredLimit, driverVersion, hostMemory, findings } = await new Audit(
    new FakeMachineProbe(),
  ).run();
  assert.deepEqual(
    [wiredLimit.mode, driverVersion.kind, hostMemory.kind, findings],
    ["unknown", "unknown", "unknown", []],
  );
  const probe = new FakeMachineProbe();
  probe.hostMemory = known(fakeHostMemory({ pressure: unknown("level 3") }));
  assert.deepEqual((await new Audit(probe).run()).findings, []);
});
