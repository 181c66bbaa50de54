import assert from "node:assert/strict";
import { createNativeProbe } from "../../../lib/adapters/native/machine_probe.ts";
import { known, type Observed, unknown } from "../../../lib/core/observed.ts";
import { chainProbes } from "../../../lib/ports/machine_chain.ts";
import type { MachineProbe } from "../../../lib/ports/machine_probe.ts";
import { FakeMachineProbe } from "../../fakes/machine_probe.ts";
import {
  FakeNativeLibrary,
  type NativeScript,
} from "../../fakes/native_library.ts";
import { askAll } from "../../machine_probe_suite.ts";

function probe(
  script: NativeScript,
  options: { readonly timeoutMs?: number; readonly onHang?: () => void } = {},
): MachineProbe {
  const library = new FakeNativeLibrary(script);
  return createNativeProbe({
    open: () => Promise.resolve(known(library)),
    ...options,
  });
}

function reading(value: unknown, field: string): { readonly kind: string } {
  const answer = Object(value);
  assert.equal(answer.kind, "known", JSON.stringify(value));
  return Object(Reflect.get(Object(answer.value), field));
}

const BAD: readonly unknown[] = [
  undefined,
  "5",
  null,
  -1,
  NaN,
  0.5,
  2 ** 60,
  1e300,
  [],
  true,
];

/** Each figure of the machine's memory: its key in the dylib's answer, and the reading. */
const MEMORY: readonly (readonly [key: string, field: string])[] = [
  ["freeBytes", "freeBytes"],
  ["activeBytes", "activeBytes"],
  ["inactiveBytes", "inactiveBytes"],
  ["wiredBytes", "wiredBytes"],
  ["compressorBytes", "compressedBytes"],
  ["swapUsedBytes", "swapUsedBytes"],
  ["pressureLevel", "pressure"],
];
for (const [key, field] of MEMORY) {
  Deno.test(`${field}: missing, of the wrong type, negative, NaN or huge is unknown, never 0`, async () => {
    // Kills: 0 bytes wired on a machine that did not say so.
    for (const bad of BAD) {
      const answer = await probe({ hostMemory: { [key]: bad } })
        .readHostMemory();
      assert.equal(reading(answer, field).kind, "unknown", String(bad));
    }
    const good = await probe({ hostMemory: { [key]: 4 } }).readHostMemory();
    assert.equal(reading(good, field).kind, "known");
  });
}

for (
  const [key, field] of [
    ["physFootprintBytes", "footprintBytes"],
    ["lifetimeMaxPhysFootprintBytes", "peakFootprintBytes"],
  ] as const
) {
  Deno.test(`${field}: missing, of the wrong type, negative, NaN or huge is unknown, never 0`, async () => {
    // Kills: a process of another user that looks as if it used nothing.
    for (const bad of BAD) {
      const answer = await probe({ process: { pid: 5, [key]: bad } })
        .readProcessMemory(5);
      assert.equal(reading(answer, field).kind, "unknown", String(bad));
    }
    const good = await probe({ process: { [key]: 7 } }).readProcessMemory(5);
    assert.deepEqual(reading(good, field), known(7));
  });
}

for (
  const [name, field] of [
    ["hw.memsize", "memoryBytes"],
    ["iogpu.wired_limit_mb", "wiredLimitMib"],
    ["iogpu.rsrc_limit", "resourceLimit"],
  ] as const
) {
  Deno.test(`${name}: missing or huge is unknown, never 0`, async () => {
    // Kills: a number beyond 2^53 that is rounded to one that was never said.
    for (const bad of [undefined, 2n ** 64n - 1n, 2n ** 53n + 1n]) {
      const sysctls = bad === undefined ? {} : { [name]: Number(bad) };
      const answer = await probe({ sysctls }).readMachine();
      assert.equal(reading(answer, field).kind, "unknown", String(bad));
    }
    const good = await probe({ sysctls: { [name]: 1_024 } }).readMachine();
    assert.deepEqual(reading(good, field), known(1_024));
  });
}

Deno.test("texts of the system are plain, and unknown when the system has none", async () => {
  // Kills: a chip named "".
  const answer = await probe({
    sysctls: { "machdep.cpu.brand_string": "Apple\u001b[2J M4" },
  }).readMachine();
  assert.deepEqual(reading(answer, "chip"), known("Apple [2J M4"));
  for (const field of ["model", "osVersion", "osBuild"]) {
    assert.equal(reading(answer, field).kind, "unknown");
  }
});

Deno.test("the version of a kernel extension is that of the one that was asked for", async () => {
  // Kills: a prefix that answers with another extension's version.
  const kexts = {
    "com.apple.iokit.IOGPUFamily": { CFBundleVersion: "130.15.2" },
    "com.apple.iokit.IOGPUFamilyExtra": { CFBundleVersion: "9.9" },
    "com.apple.AGXG16X": { CFBundleVersion: 5 },
  };
  const native = probe({ kexts });
  assert.deepEqual(
    await native.readKextVersion("com.apple.iokit.IOGPUFamily"),
    known("130.15.2"),
  );
  for (const other of ["com.apple.iokit.IOGPU", "com.apple.AGXG16X"]) {
    assert.equal((await native.readKextVersion(other)).kind, "unknown", other);
  }
});

Deno.test("an answer of another shape is no answer that counts", async () => {
  // Kills: a library of another version that brings the status down.
  for (const shape of [null, 5, "x", [[]], [null], { a: 1 }]) {
    const native = probe({
      accelerators: shape,
      clients: shape,
      kexts: shape,
      hostMemory: shape,
      process: shape,
    });
    for (const answer of await askAll(native)) {
      assert.ok(answer.kind === "known" || answer.because !== "");
    }
  }
});

Deno.test("the library is opened once, at the first question", async () => {
  // Kills: a dylib loaded by whoever only makes a guard.
  let opens = 0;
  const native = createNativeProbe({
    open: () => {
      opens += 1;
      return Promise.resolve(unknown("there is none"));
    },
  });
  assert.equal(opens, 0);
  for (const answer of await askAll(native)) {
    assert.deepEqual(answer, unknown("there is none"));
  }
  assert.equal(opens, 1);
});

Deno.test("a call that hangs degrades to the next way, and the library is asked no more", async () => {
  // Kills: a status that waits for a hung driver, one second for each question.
  let hangs = 0;
  const native = probe({ breaks: "hangs" }, {
    timeoutMs: 20,
    onHang: () => {
      hangs += 1;
    },
  });
  const ioreg = new FakeMachineProbe().beM4Max();
  ioreg.source = "ioreg";
  const chain = chainProbes([native, ioreg]);
  assert.deepEqual(await chain.readAccelerators(), ioreg.accelerators);
  assert.equal(hangs, 1);
  const start = performance.now();
  const answers: readonly Observed<unknown>[] = await Promise.all([
    chain.readClients(),
    chain.readHostMemory(),
    chain.readMachine(),
  ]);
  assert.ok(performance.now() - start < 15);
  assert.ok(answers.every((answer) => answer.kind === "known"));
  assert.equal(hangs, 1);
  const because = chain.answers[0]?.failures[0]?.because ?? "";
  assert.match(because, /gave no answer about the list of GPUs in 20 ms/);
});

Deno.test("a call that fails or throws degrades to the next way", async () => {
  // Kills: an exception of the driver that ends the status.
  for (const breaks of ["fails", "throws"] as const) {
    const ioreg = new FakeMachineProbe().beM4Max();
    const chain = chainProbes([probe({ breaks }), ioreg]);
    assert.deepEqual(await chain.readAccelerators(), ioreg.accelerators);
    assert.deepEqual(await chain.readHostMemory(), ioreg.hostMemory);
  }
});
