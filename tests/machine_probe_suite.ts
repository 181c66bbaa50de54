import assert from "node:assert/strict";
import type { Observed } from "../lib/core/observed.ts";
import type { MachineProbe } from "../lib/ports/machine_probe.ts";

/** One way to ask a machine, as the suite needs it. */
export interface ProbeSubject {
  /** Name for the tests. */
  readonly name: string;
  /** Opens it; disposed of after each test. */
  readonly open: () => Disposable & { readonly probe: MachineProbe };
  /** Whether there is a Mac behind it that answers. */
  readonly hasMac: boolean;
}

const DRIVER = "com.apple.iokit.IOGPUFamily";

function value<T>(reading: Observed<T>): T {
  assert.ok(reading.kind === "known", JSON.stringify(reading));
  return reading.value;
}

/** A figure is known and sane, or unknown with a reason. */
function assertFigure(reading: Observed<number>, most: number): void {
  if (reading.kind === "unknown") assert.notEqual(reading.because, "");
  else assert.ok(reading.value >= 0 && reading.value <= most);
}

function assertPlain(text: string): void {
  assert.doesNotMatch(text, /[\p{Cc}\u2028-\u202e]/u);
}

/** Every reading of a probe, asked once. */
export function askAll(
  probe: MachineProbe,
): Promise<readonly Observed<unknown>[]> {
  return Promise.all([
    probe.readAccelerators(),
    probe.readClients(),
    probe.readHostMemory(),
    probe.readMachine(),
    probe.readKextVersion(DRIVER),
    probe.readProcessMemory(1),
  ]);
}

/** What holds of every {@linkcode MachineProbe}; one call a subject. */
export function testMachineProbe(subject: ProbeSubject): void {
  if (subject.hasMac) testWithMac(subject);
  else testWithoutMac(subject);

  Deno.test(`MachineProbe over ${subject.name}: what is not there is unknown, with a reason`, async () => {
    // Kills: version "" of an extension that is not loaded, 0 bytes of a process that does not exist.
    using opened = subject.open();
    for (
      const reading of [
        await opened.probe.readKextVersion("com.example.none"),
        await opened.probe.readProcessMemory(2 ** 31 - 1),
      ]
    ) assert.ok(reading.kind === "unknown" && reading.because !== "");
  });

  Deno.test(`MachineProbe over ${subject.name}: many questions at once get the same answers`, async () => {
    // Kills: a buffer that two calls share.
    using opened = subject.open();
    const first = await askAll(opened.probe);
    const rest = await Promise.all(
      Array.from({ length: 3 }, () => askAll(opened.probe)),
    );
    for (const answers of rest) assert.deepEqual(answers, first);
  });
}

function testWithMac({ name, open }: ProbeSubject): void {
  Deno.test(`MachineProbe over ${name}: the GPU has a class, and sane figures`, async () => {
    // Kills: percent taken for a ratio; one figure taken for another one's unit.
    using opened = open();
    const gpus = value(await opened.probe.readAccelerators());
    assert.ok(gpus.length > 0);
    for (const gpu of gpus) {
      assert.match(gpu.className, /^AGXAcceleratorG\d+[A-Z]$/);
      assertFigure(gpu.inUseBytes, 2 ** 44);
      assertFigure(gpu.allocatedBytes, 2 ** 44);
      for (
        const ratio of [gpu.deviceRatio, gpu.rendererRatio, gpu.tilerRatio]
      ) {
        assertFigure(ratio, 1);
      }
      assertFigure(gpu.recoveryCount, 1e6);
      assert.equal(gpu.inUseBytes.kind, "known");
    }
  });

  Deno.test(`MachineProbe over ${name}: every client has a pid and a plain name`, async () => {
    // Kills: clients of nobody; a process name that a terminal obeys.
    using opened = open();
    const clients = value(await opened.probe.readClients());
    assert.ok(clients.length > 0);
    for (const client of clients) {
      assert.ok(Number.isSafeInteger(client.pid) && client.pid > 0);
      assertPlain(client.name);
      assertFigure(client.gpuTimeMs, 1e15);
    }
  });

  Deno.test(`MachineProbe over ${name}: memory is counted in bytes`, async () => {
    // Kills: pages taken for bytes.
    using opened = open();
    const memory = value(await opened.probe.readHostMemory());
    const { pressure, ...figures } = memory;
    assert.ok(["normal", "warn", "critical"].includes(value(pressure)));
    for (const figure of Object.values(figures)) assertFigure(figure, 2 ** 44);
    assert.ok(value(memory.wiredBytes) > 2 ** 20);
    assert.ok(value(memory.freeBytes) > 2 ** 20);
  });

  Deno.test(`MachineProbe over ${name}: chip, memory, system and driver are named`, async () => {
    // Kills: an OS version taken for its build.
    using opened = open();
    const machine = value(await opened.probe.readMachine());
    assert.match(value(machine.chip), /^Apple M\d/);
    assert.match(value(machine.model), /^Mac/);
    assert.equal(value(machine.memoryBytes) % 2 ** 30, 0);
    assert.match(value(machine.osVersion), /^\d+\.\d+/);
    assert.match(value(machine.osBuild), /^\d+[A-Z]\d+/);
    assertFigure(machine.wiredLimitMib, 2 ** 24);
    assertFigure(machine.resourceLimit, 2 ** 32);
    assert.match(value(await opened.probe.readKextVersion(DRIVER)), /^\d+\.\d/);
  });
}

function testWithoutMac({ name, open }: ProbeSubject): void {
  Deno.test(`MachineProbe over ${name}: nothing is known, and it says why`, async () => {
    // Kills: an idle GPU with 0 bytes in use where there is no Mac.
    using opened = open();
    for (const reading of await askAll(opened.probe)) {
      assert.ok(reading.kind === "unknown" && reading.because !== "");
    }
  });
}
