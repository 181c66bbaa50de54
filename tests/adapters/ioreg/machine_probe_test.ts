import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../../lib/adapters/deno/child_process.ts";
import { createIoregProbe } from "../../../lib/adapters/ioreg/machine_probe.ts";
import { known, type Observed } from "../../../lib/core/observed.ts";
import type { GpuAccelerator } from "../../../lib/core/machine_reading.ts";
import { FakeTools, type Misbehaviour } from "../../fake_tools.ts";
import { FakeChildProcesses } from "../../fakes/child_process.ts";
import { askAll } from "../../machine_probe_suite.ts";

const children = createDenoChildProcesses();

async function gpuOf(machine: string): Promise<GpuAccelerator> {
  using tools = new FakeTools(machine);
  const answer = await createIoregProbe(children, tools).readAccelerators();
  assert.ok(answer.kind === "known" && answer.value[0] !== undefined);
  return answer.value[0];
}

function kindsOf(gpu: GpuAccelerator): Record<string, string> {
  return Object.fromEntries(
    Object.entries(gpu).filter(([name]) => name !== "className")
      .map(([name, reading]) => [name, Object(reading).kind]),
  );
}

Deno.test("what real Macs printed is read figure by figure", async () => {
  // Kills: `In use system memory (driver)`, which is 0 everywhere, taken for the working set.
  const m1 = await gpuOf("m1-pro");
  assert.deepEqual(m1.inUseBytes, known(578_813_952));
  assert.deepEqual(m1.allocatedBytes, known(2_348_810_240));
  assert.deepEqual(
    [m1.deviceRatio, m1.rendererRatio, m1.tilerRatio],
    [known(0.12), known(0.11), known(0.03)],
  );
  const m4 = await gpuOf("m4");
  assert.equal(m4.className, "AGXAcceleratorG16G");
  assert.deepEqual(
    [m4.coreCount, m4.metalPlugin, m4.recoveryCount, m4.inUseBytes],
    [known(10), known("AGXMetalG16G_B0"), known(0), known(356_089_856)],
  );
});

Deno.test("what a Mac does not print is unknown", async () => {
  // Kills: 0 resets on an M1 whose driver does not count them; 0 bytes allocated on an M3 Max.
  const m1 = kindsOf(await gpuOf("m1-pro"));
  assert.deepEqual([m1["recoveryCount"], m1["coreCount"]], [
    "unknown",
    "unknown",
  ]);
  const m3 = kindsOf(await gpuOf("m3-max"));
  assert.deepEqual([m3["allocatedBytes"], m3["tilerRatio"], m3["inUseBytes"]], [
    "unknown",
    "unknown",
    "known",
  ]);
  const kinds = Object.values(kindsOf(await gpuOf("intel-amd")));
  assert.deepEqual([...new Set(kinds)], ["unknown"]);
});

Deno.test("a Mac whose driver is gone has no GPU, which is an answer", async () => {
  // Kills: "ioreg is broken" where it said that there is nothing.
  using tools = new FakeTools("no-driver");
  assert.deepEqual(
    await createIoregProbe(children, tools).readAccelerators(),
    known([]),
  );
});

Deno.test("clients, memory, machine and driver of an M2 Pro are read", async () => {
  // Kills: free memory without the speculative pages, which the dylib counts; swap in MB taken for bytes.
  using tools = new FakeTools("m2-pro");
  const probe = createIoregProbe(children, tools);
  const clients = await probe.readClients();
  assert.ok(clients.kind === "known");
  assert.deepEqual(
    clients.value.map(({ pid, name, gpuTimeMs }) => [
      pid,
      name,
      gpuTimeMs.kind === "known" ? gpuTimeMs.value : null,
    ]),
    [
      [412, "WindowServer", 52_341.234567],
      [1_234, "python3.12", 9_001.5],
      [1_234, "python3.12", 0],
      [88, "a &<b>", null],
    ],
  );
  const memory = await probe.readHostMemory();
  assert.ok(memory.kind === "known");
  assert.deepEqual(memory.value.freeBytes, known((10_486 + 917) * 16_384));
  assert.deepEqual(memory.value.wiredBytes, known(190_120 * 16_384));
  assert.deepEqual(memory.value.compressedBytes, known(405_141 * 16_384));
  assert.deepEqual(
    memory.value.swapUsedBytes,
    known(Math.round(22_392.56 * 2 ** 20)),
  );
  const machine = await probe.readMachine();
  assert.ok(machine.kind === "known");
  assert.deepEqual(machine.value.memoryBytes, known(34_359_738_368));
  assert.deepEqual(machine.value.wiredLimitMib, known(0));
  assert.equal(machine.value.resourceLimit.kind, "unknown");
  assert.deepEqual(
    await probe.readKextVersion("com.apple.iokit.IOGPUFamily"),
    known("130.13"),
  );
});

Deno.test("the older name of the wired limit is read where the newer is missing", async () => {
  // Kills: an unknown limit on macOS 13.
  using tools = new FakeTools("m1-pro");
  const machine = await createIoregProbe(children, tools).readMachine();
  assert.ok(machine.kind === "known");
  assert.deepEqual(machine.value.wiredLimitMib, known(0));
});

const WAYS: readonly Misbehaviour[] = [
  "hangs",
  "prints garbage",
  "fails",
  "is absent",
  "prints without end",
];
for (const how of WAYS) {
  Deno.test(`a program that ${how} is a reason, not an answer`, async () => {
    // Kills: a status that waits for ever, throws, or shows what a broken program printed.
    using tools = new FakeTools("m2-pro").breakAll(how);
    const timeoutMs = how === "hangs" ? 50 : 2_000;
    const probe = createIoregProbe(children, {
      tools: tools.tools,
      timeoutMs,
    });
    const answers = await askAll(probe);
    const told = answers.filter((answer) => answer.kind === "known");
    // What `sysctl` printed of other form leaves each variable unknown by itself.
    const hasUnread = how === "prints garbage";
    assert.equal(told.length, hasUnread ? 1 : 0, JSON.stringify(told));
    for (const answer of told) {
      assert.ok(answer.kind === "known");
      const fields = Object.values(Object(answer.value));
      assert.ok(fields.every((one) => Object(one).kind === "unknown"));
    }
    for (const answer of answers) {
      if (answer.kind === "unknown") {
        assert.doesNotMatch(answer.because, /\p{Cc}/u);
      }
    }
  });
}

/** One variable and what it must not be read from. */
const VARIABLES: readonly (readonly [name: string, field: string])[] = [
  ["hw.memsize", "memoryBytes"],
  ["iogpu.wired_limit_mb", "wiredLimitMib"],
  ["iogpu.rsrc_limit", "resourceLimit"],
];
for (const [name, field] of VARIABLES) {
  Deno.test(`${name}: missing, a text, negative, NaN or huge is unknown, never 0`, async () => {
    // Kills: a machine of 0 bytes; a limit of 0, which means "the system chooses".
    for (
      const text of [
        undefined,
        "junk",
        "-1",
        "NaN",
        "1e9",
        "1.5",
        "0x10",
        "",
        "18446744073709551615",
        "9007199254740993",
      ]
    ) {
      const stdout = text === undefined
        ? "other.name: 1\n"
        : `${name}: ${text}\n`;
      const fake = new FakeChildProcesses().put("/usr/sbin/sysctl", {
        stdout,
        exitCode: 1,
      });
      const machine: Observed<unknown> = await createIoregProbe(fake)
        .readMachine();
      assert.ok(machine.kind === "known");
      const reading: unknown = Reflect.get(Object(machine.value), field);
      assert.equal(Object(reading).kind, "unknown", `${name}: ${text}`);
    }
  });
}
