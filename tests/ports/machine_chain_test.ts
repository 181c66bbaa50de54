import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { chainProbes, rememberAnswers } from "../../lib/ports/machine_chain.ts";
import { FakeMachineProbe } from "../fakes/machine_probe.ts";

const DRIVER = "com.apple.iokit.IOGPUFamily";

Deno.test("chainProbes() asks the next one only when the one before does not know", async () => {
  // Kills: ioreg started although the dylib has answered.
  const native = new FakeMachineProbe().beM4Max();
  const ioreg = new FakeMachineProbe().beM4Max();
  ioreg.source = "ioreg";
  native.clients = unknown("no clients here");
  const chain = chainProbes([native, ioreg]);
  assert.equal((await chain.readAccelerators()).kind, "known");
  assert.deepEqual(ioreg.asked, []);
  assert.deepEqual(await chain.readClients(), ioreg.clients);
  assert.deepEqual(ioreg.asked, ["clients"]);
  assert.deepEqual(chain.answers, [
    { reading: "accelerators", source: "native", failures: [] },
    {
      reading: "clients",
      source: "ioreg",
      failures: [{ source: "native", because: "no clients here" }],
    },
  ]);
});

Deno.test("chainProbes() passes over one that throws, and says every reason when nobody knows", async () => {
  // Kills: a broken dylib that takes the status along; an "unknown" that hides why.
  const broken = new FakeMachineProbe();
  broken.readMachine = () => {
    throw new Error("it broke");
  };
  const other = new FakeMachineProbe();
  other.source = "unsupported";
  other.machine = unknown("no Mac");
  const chain = chainProbes([broken, other]);
  assert.deepEqual(await chain.readMachine(), unknown("it broke; no Mac"));
  assert.equal(chain.answers[0]?.source, null);
  assert.deepEqual(
    await chainProbes([]).readHostMemory(),
    unknown("nobody is asked"),
  );
});

Deno.test("chainProbes() reaches every reading", async () => {
  // Kills: a reading that is wired to another one's question.
  const probe = new FakeMachineProbe().beM4Max();
  probe.processes.set(7, {
    footprintBytes: known(1),
    peakFootprintBytes: known(2),
  });
  const chain = chainProbes([probe]);
  assert.deepEqual(await chain.readAccelerators(), probe.accelerators);
  assert.deepEqual(await chain.readClients(), probe.clients);
  assert.deepEqual(await chain.readHostMemory(), probe.hostMemory);
  assert.deepEqual(await chain.readMachine(), probe.machine);
  assert.deepEqual(await chain.readKextVersion(DRIVER), known("130.15.2"));
  assert.equal((await chain.readProcessMemory(7)).kind, "known");
  assert.equal((await chain.readProcessMemory(8)).kind, "unknown");
});

Deno.test("rememberAnswers() asks each question once, each pid and bundle for itself", async () => {
  // Kills: four starts of ioreg for one status; the memory of one process shown for another.
  const probe = new FakeMachineProbe().beM4Max();
  const chain = rememberAnswers(chainProbes([probe]));
  for (const _ of [1, 2]) {
    await Promise.all([
      chain.readAccelerators(),
      chain.readClients(),
      chain.readHostMemory(),
      chain.readMachine(),
      chain.readKextVersion(DRIVER),
      chain.readKextVersion("com.apple.AGXG16X"),
      chain.readProcessMemory(7),
      chain.readProcessMemory(8),
    ]);
  }
  assert.equal(probe.asked.length, 8);
  assert.equal(new Set(probe.asked).size, 8);
  assert.equal(chain.answers.length, 7);
});
