import assert from "node:assert/strict";
import { decodeAccelerators, decodeGpuClients } from "../../ffi/decode.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import type { GpuAccelerator } from "../../lib/core/machine_reading.ts";
import {
  bytesOf,
  gpuAccelerator,
  gpuClients,
  memorySizeOf,
  pressureOf,
  textOf,
  wiredLimitOf,
} from "../../lib/parse/machine_reading.ts";

const STATISTICS = {
  "In use system memory": 578_813_952,
  "Alloc system memory": 2_348_810_240,
  "Device Utilization %": 12,
  "Renderer Utilization %": 11,
  "Tiler Utilization %": 3,
  "recoveryCount": 1,
};

function gpuWith(
  statistics: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): GpuAccelerator {
  const [gpu] = decodeAccelerators([{
    class: "AGXAcceleratorG13X",
    model: "Apple M1 Pro",
    "gpu-core-count": 16,
    PerformanceStatistics: statistics,
    ...more,
  }]).map(gpuAccelerator);
  assert.ok(gpu !== undefined);
  return gpu;
}

/** Each reading, the property that it comes from, and the reading. */
const READINGS: readonly (readonly [
  property: string,
  reading: (gpu: GpuAccelerator) => Observed<number>,
  value: number,
])[] = [
  ["In use system memory", (gpu) => gpu.inUseBytes, 578_813_952],
  ["Alloc system memory", (gpu) => gpu.allocatedBytes, 2_348_810_240],
  ["Device Utilization %", (gpu) => gpu.deviceRatio, 0.12],
  ["Renderer Utilization %", (gpu) => gpu.rendererRatio, 0.11],
  ["Tiler Utilization %", (gpu) => gpu.tilerRatio, 0.03],
  ["recoveryCount", (gpu) => gpu.recoveryCount, 1],
];

for (const [property, reading, value] of READINGS) {
  Deno.test(`${property}: missing, of the wrong type, negative, NaN or huge is unknown, never 0`, () => {
    // Kills: 0 GB in use, 0 % busy, 0 resets on a machine that did not say so.
    assert.deepEqual(reading(gpuWith(STATISTICS)), known(value));
    const without = Object.fromEntries(
      Object.entries(STATISTICS).filter(([name]) => name !== property),
    );
    assert.equal(reading(gpuWith(without)).kind, "unknown");
    for (
      const bad of [
        "12",
        null,
        true,
        [12],
        {},
        -1,
        NaN,
        Infinity,
        2 ** 64 - 1,
        1e300,
        12.5e-9,
      ]
    ) {
      const gpu = gpuWith({ ...STATISTICS, [property]: bad });
      const isFraction = bad === 12.5e-9 && property.endsWith("%");
      assert.equal(
        reading(gpu).kind,
        isFraction ? "known" : "unknown",
        `${property}: ${String(bad)}`,
      );
    }
    // Another property of nearly that name is not it.
    const near = { ...without, [`${property} (driver)`]: 5 };
    assert.equal(reading(gpuWith(near)).kind, "unknown");
  });
}

Deno.test("a zero that was read stays a zero", () => {
  // Kills: an idle GPU that is told as unknown.
  const zeros = Object.fromEntries(
    Object.keys(STATISTICS).map((key) => [key, 0]),
  );
  for (const [property, reading] of READINGS) {
    assert.deepEqual(reading(gpuWith(zeros)), known(0), property);
  }
});

Deno.test("core count, model and plug-in are unknown when missing or of the wrong type", () => {
  // Kills: "0 cores" and "" as facts.
  for (const bad of [undefined, "", 5, null, [], 0, -3, NaN, 1e300]) {
    const gpu = gpuWith({}, {
      model: bad,
      MetalPluginName: bad,
      "gpu-core-count": bad === 5 ? "5" : bad,
    });
    for (const reading of [gpu.model, gpu.metalPlugin, gpu.coreCount]) {
      if (bad === 5 && reading === gpu.coreCount) continue;
      assert.equal(reading.kind, "unknown", String(bad));
    }
  }
});

Deno.test("no statistics at all leave every figure unknown", () => {
  // Kills: a driver of another form, as Intel's, that reads as an idle GPU.
  for (const statistics of [undefined, null, "x", [], 5]) {
    const gpu = gpuWith({}, { PerformanceStatistics: statistics });
    for (const [property, reading] of READINGS) {
      assert.equal(reading(gpu).kind, "unknown", property);
    }
  }
});

Deno.test("GPU time is unknown when a part of it is, and a client without pid is left out", () => {
  // Kills: GPU time of 0 for a client whose entry could not be read.
  const clients = gpuClients(decodeGpuClients([
    { pid: 5, name: "a\u001b[2J", AppUsage: [{ accumulatedGPUTime: 2e9 }] },
    { pid: 6, name: "b", AppUsage: [{ accumulatedGPUTime: -1 }] },
    { pid: 7, name: "c", AppUsage: [{}] },
    { pid: 8, name: "d" },
    { pid: 9, AppUsage: [] },
    { name: "nobody", AppUsage: [] },
    { pid: "10", name: "text" },
    { pid: -4, name: "negative" },
  ]));
  assert.deepEqual(clients.map(({ pid }) => pid), [5, 6, 7, 8, 9]);
  assert.deepEqual(clients[0]?.gpuTimeMs, known(2_000));
  assert.doesNotMatch(clients[0]?.name ?? "", /\p{Cc}/u);
  for (const client of clients.slice(1, 4)) {
    assert.equal(client.gpuTimeMs.kind, "unknown");
  }
  assert.deepEqual(clients[4]?.gpuTimeMs, known(0));
});

Deno.test("bytesOf() believes up to 16 TiB", () => {
  // Kills: a counter that ran below zero, shown as 18 exabytes in use.
  assert.deepEqual(bytesOf(known(2 ** 44), "x"), known(2 ** 44));
  for (const bad of [2 ** 44 + 1, -1, 0.5, NaN, Infinity]) {
    assert.equal(bytesOf(known(bad), "x").kind, "unknown", String(bad));
  }
  assert.deepEqual(bytesOf(unknown("why"), "x"), unknown("why"));
});

Deno.test("memorySizeOf() takes no machine for one without memory", () => {
  // Kills: a share of a memory of 0, which is infinite.
  assert.equal(memorySizeOf(known(0)).kind, "unknown");
  assert.deepEqual(memorySizeOf(known(1)), known(1));
});

Deno.test("wiredLimitOf() keeps 0, which leaves the choice to the system, and refuses what no Mac has", () => {
  // Kills: a limit of 2^40 MiB under which everything fits.
  assert.deepEqual(wiredLimitOf(known(0)), known(0));
  assert.deepEqual(wiredLimitOf(known(118_000)), known(118_000));
  for (const bad of [-1, NaN, 0.5e-9, 2 ** 25]) {
    assert.equal(wiredLimitOf(known(bad)).kind, "unknown", String(bad));
  }
});

Deno.test("pressureOf() knows 1, 2 and 4, and nothing else", () => {
  // Kills: level 3 or 0 shown as normal.
  const kinds = [1, 2, 4].map((level) => pressureOf(known(level)));
  assert.deepEqual(kinds, [known("normal"), known("warn"), known("critical")]);
  for (const bad of [0, 3, 5, -1, NaN]) {
    assert.equal(pressureOf(known(bad)).kind, "unknown", String(bad));
  }
});

Deno.test("textOf() lets nothing through that a terminal obeys", () => {
  // Kills: a model name that clears the screen.
  assert.deepEqual(textOf(known("Apple\u001b[2J M4")), known("Apple [2J M4"));
});
