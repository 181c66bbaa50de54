import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createIoregProbe } from "../../lib/adapters/ioreg/machine_probe.ts";
import { createUnsupportedProbe } from "../../lib/adapters/unsupported/machine_probe.ts";
import type { MachineProbe } from "../../lib/ports/machine_probe.ts";
import { FakeMachineProbe } from "../fakes/machine_probe.ts";
import { FakeTools } from "../fake_tools.ts";
import { testMachineProbe } from "../machine_probe_suite.ts";

function inMemory(
  probe: MachineProbe,
): Disposable & { readonly probe: MachineProbe } {
  return { probe, [Symbol.dispose]: () => {} };
}

testMachineProbe({
  name: "fake",
  open: () => inMemory(new FakeMachineProbe().beM4Max()),
  hasMac: true,
});
testMachineProbe({
  name: "ioreg",
  open: () => {
    const tools = new FakeTools("m2-pro");
    return {
      probe: createIoregProbe(createDenoChildProcesses(), tools),
      [Symbol.dispose]: () => tools[Symbol.dispose](),
    };
  },
  hasMac: true,
});
testMachineProbe({
  name: "ioreg on another system",
  open: () => inMemory(createIoregProbe(createDenoChildProcesses())),
  hasMac: Deno.build.os === "darwin",
});
testMachineProbe({
  name: "unsupported",
  open: () => inMemory(createUnsupportedProbe("linux")),
  hasMac: false,
});
