import assert from "node:assert/strict";
import {
  decodeAccelerators,
  decodeBootSession,
  decodeChildren,
  decodeGpuClients,
  decodeHostMemory,
  decodeKexts,
  decodeMetalDevices,
  decodeMetalProbe,
  decodeProcess,
  decodeProcessArgs,
  type Field,
} from "../../ffi/decode.ts";

/** Every decoder of one object, with the fields that have a number and where they are read. */
const NUMBERS: readonly {
  readonly decode: (entry: Readonly<Record<string, unknown>>) => unknown;
  readonly keys: Readonly<Record<string, string>>;
}[] = [
  {
    decode: (entry) =>
      decodeAccelerators([{ ...entry, PerformanceStatistics: entry }])[0],
    keys: {
      registryId: "registryId",
      coreCount: "gpu-core-count",
      inUseBytes: "In use system memory",
      inUseByDriverBytes: "In use system memory (driver)",
      allocatedBytes: "Alloc system memory",
      devicePercent: "Device Utilization %",
      rendererPercent: "Renderer Utilization %",
      tilerPercent: "Tiler Utilization %",
      recoveryCount: "recoveryCount",
      lastRecoveryTime: "lastRecoveryTime",
    },
  },
  {
    decode: (entry) => decodeGpuClients([entry])[0],
    keys: {
      registryId: "registryId",
      acceleratorId: "acceleratorId",
      pid: "pid",
      commandQueueCount: "CommandQueueCount",
    },
  },
  {
    decode: (entry) => decodeMetalDevices([entry])[0],
    keys: {
      registryId: "registryId",
      recommendedWorkingSetBytes: "recommendedMaxWorkingSetSize",
      currentAllocatedBytes: "currentAllocatedSize",
      maxBufferBytes: "maxBufferLength",
    },
  },
  {
    decode: decodeMetalProbe,
    keys: {
      roundTripUs: "roundTripUs",
      totalUs: "totalUs",
      commandBufferStatus: "commandBufferStatus",
      errorCode: "errorCode",
    },
  },
  {
    decode: decodeHostMemory,
    keys: {
      pageBytes: "pageSize",
      memoryBytes: "memoryBytes",
      freeBytes: "freeBytes",
      activeBytes: "activeBytes",
      inactiveBytes: "inactiveBytes",
      wiredBytes: "wiredBytes",
      speculativeBytes: "speculativeBytes",
      purgeableBytes: "purgeableBytes",
      externalBytes: "externalBytes",
      internalBytes: "internalBytes",
      compressorBytes: "compressorBytes",
      uncompressedInCompressorBytes: "uncompressedInCompressorBytes",
      swapIns: "swapins",
      swapOuts: "swapouts",
      swapTotalBytes: "swapTotalBytes",
      swapUsedBytes: "swapUsedBytes",
      pressureLevel: "pressureLevel",
    },
  },
  {
    decode: decodeProcess,
    keys: {
      pid: "pid",
      parentPid: "ppid",
      groupPid: "pgid",
      userId: "uid",
      startUs: "startUs",
      startAbstime: "startAbstime",
      footprintBytes: "physFootprintBytes",
      peakFootprintBytes: "lifetimeMaxPhysFootprintBytes",
      residentBytes: "residentBytes",
      wiredBytes: "wiredBytes",
    },
  },
  { decode: decodeBootSession, keys: { bootTimeUs: "bootTimeUs" } },
];

/** One field of what was decoded. */
function fieldOf(decoded: unknown, name: string): Field<unknown> {
  assert.ok(typeof decoded === "object" && decoded !== null);
  const field: unknown = Object.entries(decoded).find(([key]) => key === name)
    ?.[1];
  assert.ok(typeof field === "object" && field !== null && "kind" in field);
  return "value" in field ? { kind: "known", value: field.value } : {
    kind: "unknown",
    because: "because" in field ? `${field.because}` : "",
  };
}

for (const { decode, keys } of NUMBERS) {
  for (const [name, key] of Object.entries(keys)) {
    Deno.test(`${name} is read from "${key}", and nothing else is a number`, () => {
      // Kills: absence, text, NaN, a negative or a huge number that becomes a reading; a figure under another's key.
      const others = Object.fromEntries(
        Object.values(keys).map((other, i) => [other, i + 1]),
      );
      assert.deepEqual(fieldOf(decode({ ...others, [key]: 77 }), name), {
        kind: "known",
        value: 77,
      });
      const { [key]: _, ...without } = others;
      for (
        const bad of [
          without,
          ...[null, "77", "", true, [77], { n: 77 }, NaN, Infinity, -1, 2 ** 63]
            .map((value) => ({ ...others, [key]: value })),
        ]
      ) {
        const field = fieldOf(decode(bad), name);
        assert.equal(field.kind, "unknown", JSON.stringify(bad));
        assert.match(field.kind === "unknown" ? field.because : "", /"/);
      }
    });
  }
}

Deno.test("decoders take any JSON", () => {
  // Kills: a decoder that throws on what a changed driver answers.
  for (
    const answer of [null, undefined, 5, "x", [], [null, 5], {}, { a: [] }]
  ) {
    for (
      const decode of [
        decodeAccelerators,
        decodeBootSession,
        decodeChildren,
        decodeGpuClients,
        decodeHostMemory,
        decodeKexts,
        decodeMetalDevices,
        decodeMetalProbe,
        decodeProcess,
        decodeProcessArgs,
      ]
    ) {
      assert.equal(typeof decode(answer), "object");
    }
  }
});

Deno.test("decodeGpuClients() sums the GPU time of a client's entries", () => {
  // Kills: a sum that leaves an unreadable entry out, and so says too little.
  const of = (usage: unknown): unknown =>
    decodeGpuClients([{ AppUsage: usage }])[0]?.gpuTimeNs;
  assert.deepEqual(of([{ accumulatedGPUTime: 5 }, { accumulatedGPUTime: 7 }]), {
    kind: "known",
    value: 12,
  });
  assert.deepEqual(of([]), { kind: "known", value: 0 });
  for (
    const usage of [undefined, null, 5, [{}], [{ accumulatedGPUTime: -1 }], [
      null,
    ]]
  ) {
    assert.partialDeepStrictEqual(of(usage), { kind: "unknown" });
  }
  const most = 2 ** 53 - 1;
  assert.partialDeepStrictEqual(
    of([{ accumulatedGPUTime: most }, { accumulatedGPUTime: 1 }]),
    { kind: "unknown" },
  );
});

Deno.test("decodeProcess() knows a zombie by its status", () => {
  // Kills: a zombie that counts as a living holder; an unknown status that counts as alive for certain.
  const zombie = (status: unknown): unknown =>
    decodeProcess({ status }).isZombie;
  assert.deepEqual(zombie(5), { kind: "known", value: true });
  assert.deepEqual(zombie(2), { kind: "known", value: false });
  assert.partialDeepStrictEqual(zombie(undefined), { kind: "unknown" });
});

Deno.test("decodeBootSession() takes a UUID only, in upper case", () => {
  // Kills: two boots that differ by the case of a letter; a text that becomes part of a file name.
  const uuid = "0a1b2c3d-1111-2222-3333-444455556666";
  assert.deepEqual(decodeBootSession({ uuid }).uuid, {
    kind: "known",
    value: uuid.toUpperCase(),
  });
  for (const bad of ["", "../x", `${uuid}0`, uuid.slice(1), 5]) {
    assert.equal(decodeBootSession({ uuid: bad }).uuid.kind, "unknown");
  }
});

Deno.test("decodeMetalProbe() knows four ends", () => {
  // Kills: a new word that counts as success.
  for (const outcome of ["ok", "corrupt", "failed", "timeout"]) {
    assert.deepEqual(decodeMetalProbe({ outcome }).outcome, {
      kind: "known",
      value: outcome,
    });
  }
  for (const outcome of [undefined, "fine", 4]) {
    assert.equal(decodeMetalProbe({ outcome }).outcome.kind, "unknown");
  }
});

Deno.test("decodeKexts() keeps the order of the identifiers", () => {
  // Kills: a list that looks different at each start.
  const kext = { CFBundleVersion: "1.2", OSBundleStarted: true };
  assert.deepEqual(decodeKexts({ "b.b": kext, "a.a": {} }), [
    {
      identifier: "a.a",
      version: { kind: "unknown", because: '"CFBundleVersion" is not there' },
      isStarted: { kind: "unknown", because: '"OSBundleStarted" is not there' },
    },
    {
      identifier: "b.b",
      version: { kind: "known", value: "1.2" },
      isStarted: { kind: "known", value: true },
    },
  ]);
});

Deno.test("decodeChildren() and decodeProcessArgs() leave out what is none", () => {
  // Kills: pid 0, which is every process of a group.
  assert.deepEqual(decodeChildren([5, 0, -1, 1.5, "6", null, 7]), [5, 7]);
  assert.deepEqual(decodeProcessArgs(["a", 5, "", null]), ["a", ""]);
});
