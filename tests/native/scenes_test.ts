import assert from "node:assert/strict";
import { Expected } from "./expected.ts";
import {
  ask,
  asList,
  asObject,
  cString,
  type Json,
  type JsonObject,
  metalOpens,
  play,
  readMachine,
  symbols,
  withValue,
} from "./native_place.ts";

const MACHINE = readMachine("m4-max");
const ARGUMENT = -1;
const NOT_FOUND = -2;
const SYSTEM = -5;
const EXCEPTION = -7;
const BUSY = -8;
const TROUBLE = { $throw: true };

function kexts(prefix = "com.apple"): Promise<Json> {
  const list = cString(prefix);
  return ask((out, cap) => symbols.mg_kexts(list, out, cap));
}

function processOf(pid: number): Promise<Json> {
  return ask((out, cap) => symbols.mg_process(pid, out, cap));
}

function argsOf(pid: number): Promise<Json> {
  return ask((out, cap) => symbols.mg_process_args(pid, out, cap));
}

function sysctls(
  numbers: readonly string[],
  texts: readonly string[],
): Promise<Json> {
  const [first, second] = [
    cString(numbers.join("\n")),
    cString(texts.join("\n")),
  ];
  return ask((out, cap) => symbols.mg_sysctls(first, second, out, cap));
}

/** The accelerator's answer with another value of one of its properties. */
async function property(key: string, value: Json): Promise<Json | undefined> {
  const machine = withValue(
    MACHINE,
    ["registry", 0, "properties", key],
    value,
  );
  let answer: Json | undefined;
  await play(machine, async () => {
    const all = await ask(symbols.mg_accelerators);
    answer = Array.isArray(all) ? asObject(all[0])[key] : all;
  });
  return answer;
}

Deno.test("an exception out of a property is caught, and nothing is leaked", async () => {
  // Kills: handles that are released only when all goes well: two of an accelerator, four of a client.
  const properties = ["registry", 0, "properties", "PerformanceStatistics"];
  await play(withValue(MACHINE, properties, TROUBLE), async () => {
    assert.equal(await ask(symbols.mg_accelerators), EXCEPTION);
    assert.notEqual(await ask(symbols.mg_gpu_clients), EXCEPTION);
  });
  const usage = ["registry", 0, "children", 1, "properties", "AppUsage"];
  await play(withValue(MACHINE, usage, [TROUBLE]), async () => {
    assert.equal(await ask(symbols.mg_gpu_clients), EXCEPTION);
    assert.notEqual(await ask(symbols.mg_accelerators), EXCEPTION);
  });
  const uuid = ["kexts", "com.apple.AGXG16X", "OSBundleUUID"];
  await play(withValue(MACHINE, uuid, TROUBLE), async () => {
    assert.equal(await kexts(), EXCEPTION);
    assert.notEqual(await kexts("com.apple.iokit"), EXCEPTION);
  });
});

Deno.test("an exception out of a system call is caught, and nothing is leaked", async () => {
  // Kills: an exception that unwinds into the caller, which ends the process.
  const calls: [string, () => Promise<Json>][] = [
    ["IOIteratorNext", () => ask(symbols.mg_gpu_clients)],
    ["IORegistryEntryCreateCFProperty", () => ask(symbols.mg_accelerators)],
    ["MTLCopyAllDevices", () => ask(symbols.mg_metal_devices)],
    ["proc_pid_rusage", () => processOf(4242)],
    [
      "proc_listpids",
      () => ask((out, cap) => symbols.mg_children(1, out, cap)),
    ],
    ["sysctl", () => argsOf(4242)],
    ["sysctlbyname", () => ask(symbols.mg_host_memory)],
  ];
  for (const [call, question] of calls) {
    await play({ ...MACHINE, faults: { [call]: "throw" } }, async () => {
      assert.equal(await question(), EXCEPTION, call);
    });
  }
  await play(
    withValue(MACHINE, ["metal", "devices", 0, "throw"], true),
    async () => {
      assert.equal(await ask(symbols.mg_metal_devices), EXCEPTION);
    },
  );
});

Deno.test("a registry that changes while it is walked is walked again", async () => {
  // Kills: a list that ends where it was interrupted, which says that a holder of the GPU is gone.
  const expected = new Expected(MACHINE);
  await play({ ...MACHINE, walksCut: 3 }, async () => {
    assert.deepEqual(
      await ask(symbols.mg_gpu_clients, 65_536),
      expected.gpuClients(),
    );
  });
  await play({ ...MACHINE, walksCut: 3 }, async () => {
    assert.deepEqual(
      await ask(symbols.mg_accelerators, 65_536),
      expected.accelerators(),
    );
  });
  await play({ ...MACHINE, walksCut: 4 }, async () => {
    assert.equal(await ask(symbols.mg_accelerators), BUSY);
    assert.deepEqual(
      await ask(symbols.mg_accelerators, 65_536),
      expected.accelerators(),
    );
  });
});

Deno.test("a second GPU whose clients change leaves those of the first one alone", () => {
  // Kills: a walk that starts again and throws away what earlier walks have found.
  const [first] = asList(MACHINE["registry"]);
  const second = asObject(withValue(first ?? null, ["id"], 77));
  const children = asList(second["children"]).slice(0, 2);
  const machine = {
    ...MACHINE,
    registry: [
      asObject(first),
      { ...second, children },
      { ...second, id: 78, children: [] },
    ],
    walksCut: 2,
    walksCutLength: children.length,
  };
  return play(machine, async () => {
    assert.deepEqual(
      await ask(symbols.mg_gpu_clients, 65_536),
      new Expected(machine).gpuClients(),
    );
  });
});

Deno.test("a machine without answers gives codes, never zeros", async () => {
  // Kills: 0 bytes of memory on a machine that did not say.
  const silent: JsonObject = {
    sysctl: {},
    registry: [],
    metal: { devices: [] },
  };
  await play(silent, async () => {
    assert.deepEqual(await ask(symbols.mg_accelerators), []);
    assert.deepEqual(await ask(symbols.mg_gpu_clients), []);
    assert.equal(await kexts(), SYSTEM);
    assert.deepEqual(await ask(symbols.mg_host_memory), {});
    assert.deepEqual(await ask(symbols.mg_boot_session), {});
    assert.equal(await processOf(4242), NOT_FOUND);
    assert.equal(await symbols.mg_pid_alive(4242), 0);
    assert.deepEqual(await sysctls(["hw.memsize"], ["hw.model"]), {});
  });
});

Deno.test("values that JSON does not have become null or text, never a number", async () => {
  // Kills: NaN that makes the whole answer fail, or a date that is taken for a number.
  assert.equal(await property("gpu-core-count", { $double: "nan" }), null);
  assert.equal(await property("gpu-core-count", { $double: "inf" }), null);
  assert.equal(await property("gpu-core-count", -3), -3);
  assert.equal(typeof await property("model", { $date: 1 }), "string");
  assert.deepEqual(await property("model", { $data: "00ff7f" }), {
    hex: "00ff7f",
  });
  assert.deepEqual(await property("model", { $data: "ab".repeat(300) }), {
    hex: "ab".repeat(256),
  });
  assert.equal(
    await property("gpu-core-count", { $u64: "18446744073709551615" }),
    18_446_744_073_709_551_615,
  );
  let deep: Json = 1;
  for (let i = 0; i < 40; i++) deep = [deep];
  assert.equal(
    JSON.stringify(await property("model", deep)),
    "[[[[[[[[[[[[[null]]]]]]]]]]]]]",
  );
});

Deno.test("what a driver publishes comes through as it is", async () => {
  // Kills: a quote that ends a text early; yes and no that become 1 and 0, or 1 that becomes yes; a fraction or a sign that is lost.
  const values: readonly Json[] = [
    'a "quoted" \\ text',
    "tab\t, line\n, escape\u001b[2J, delete\u007f",
    "é 日本 😀",
    "",
    true,
    false,
    1,
    0,
    -1,
    0.25,
    -17.125,
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    [1, [true, null], { 'a"b': { c: [] } }],
  ];
  for (const value of values) {
    assert.deepEqual(await property("model", value), value);
  }
  assert.equal(
    await property("gpu-core-count", { $u64: "9223372036854775808" }),
    2 ** 63,
  );
});

Deno.test("a text fits its buffer to the byte", () =>
  // Kills: `<=` instead of `<`, which writes the NUL behind the buffer.
  play(MACHINE, async () => {
    const [none, name] = [cString(""), cString("hw.model")];
    const text = '{"hw.model":"Mac16,5"}';
    const { length } = text;
    for (
      const [cap, fits] of [[0, false], [1, false], [length, false], [
        length + 1,
        true,
      ]] as const
    ) {
      const out = new Uint8Array(length + 4).fill(0xee);
      assert.equal(
        await symbols.mg_sysctls(none, name, out, BigInt(cap)),
        BigInt(length),
      );
      assert.equal(out[cap], 0xee, "nothing is written behind the buffer");
      if (cap > 0) assert.equal(out[0], fits ? 0x7b : 0);
      if (fits) {
        assert.equal(new TextDecoder().decode(out.subarray(0, length)), text);
        assert.equal(out[length], 0);
      }
    }
    for (const cap of [0, 1, 7, 300, 1_000]) {
      assert.deepEqual(
        await ask(symbols.mg_accelerators, cap),
        new Expected(MACHINE).accelerators(),
      );
    }
  }));

Deno.test("arguments that cannot be meant are refused", () =>
  // Kills: pid 0 or -1, which mean whole groups to the kernel.
  play(MACHINE, async () => {
    for (const pid of [0, -1, -2_147_483_648]) {
      assert.equal(await symbols.mg_pid_alive(pid), ARGUMENT);
      assert.equal(await processOf(pid), ARGUMENT);
      assert.equal(await argsOf(pid), ARGUMENT);
      assert.equal(
        await ask((out, cap) => symbols.mg_children(pid, out, cap)),
        ARGUMENT,
      );
    }
    const out = new Uint8Array(8);
    const name = cString("hw.memsize");
    for (const [numbers, texts] of [[null, name], [name, null]] as const) {
      assert.equal(
        await symbols.mg_sysctls(numbers, texts, out, 8n),
        BigInt(ARGUMENT),
      );
    }
    assert.equal(await symbols.mg_kexts(null, out, 8n), BigInt(ARGUMENT));
  }));

Deno.test("a sysctl of another size or kind is no answer", async () => {
  // Kills: three bytes that are read as eight; a number that is read as a text without end.
  const machine = withValue(MACHINE, ["sysctl", "hw.memsize"], {
    bytes: { $data: "010203" },
  });
  await play(machine, async () => {
    const names = ["hw.memsize", "no.such", "iogpu.rsrc_limit"];
    assert.deepEqual(await sysctls(names, ["hw.memsize", "no.such", ""]), {
      "iogpu.rsrc_limit": 0,
    });
    assert.deepEqual(await sysctls(["kern.osproductversion", ""], []), {});
    const memory = asObject(await ask(symbols.mg_host_memory));
    assert.equal(Object.hasOwn(memory, "memoryBytes"), false);
  });
});

Deno.test("arguments of a process come from hostile bytes", async () => {
  // Kills: reading behind the end, arguments out of the environment, an endless count.
  const cases: [string, Json][] = [
    // 2 arguments, the path, padding, the arguments, and an environment that is nobody's business
    ["020000002f6200000061006200453d3100", ["a", "b"]],
    // says 1000 arguments and has one: what follows is not told from the environment, and ends with the bytes
    ["e80300002f62000061006200", ["a", "b"]],
    // no NUL at the end of an argument
    ["010000002f620000616161", SYSTEM],
    // shorter than its own count
    ["0100", SYSTEM],
    // a count below zero
    ["ffffffff2f6200006100", []],
    // bytes that are no UTF-8
    ["010000002f620000ff6100", ["ÿa"]],
  ];
  for (const [bytes, answer] of cases) {
    const path = ["processes", "4242", "argsBytes"];
    await play(withValue(MACHINE, path, { $data: bytes }), async () => {
      assert.deepEqual(await argsOf(4242), answer, bytes);
    });
  }
});

Deno.test("a name that the kernel cut within a letter is still a name", async () => {
  // Kills: a process that has no answer because its name is no UTF-8.
  const path = ["processes", "4242", "command"];
  await play(withValue(MACHINE, path, "a日本語日本語"), async () => {
    const command = asObject(await processOf(4242))["command"];
    assert.ok(typeof command === "string" && command.startsWith("aæ"));
    assert.equal(command.length, 15);
  });
});

Deno.test("nothing but the two Metal questions opens Metal", () =>
  // Kills: a status that wakes the driver that panics.
  play(MACHINE, async () => {
    const before = metalOpens();
    await ask(symbols.mg_accelerators);
    await ask(symbols.mg_gpu_clients);
    await kexts();
    await ask(symbols.mg_host_memory);
    await ask(symbols.mg_boot_session);
    await processOf(4242);
    await argsOf(4242);
    assert.equal(metalOpens(), before);
    await ask(symbols.mg_metal_devices);
    assert.equal(metalOpens(), before + 1);
  }));

Deno.test("a fault of the simulated Mac says which call was reached", async () => {
  // Kills: a test of `status` that counts Metal's calls in a file that nobody writes.
  const calls = Deno.makeTempFileSync();
  Deno.env.set("METAL_GUARD_SIM_CALLS", calls);
  try {
    await play(MACHINE, async () => {
      await ask(symbols.mg_metal_devices);
    });
    assert.equal(Deno.readTextFileSync(calls), "MTLCopyAllDevices\n");
  } finally {
    Deno.env.delete("METAL_GUARD_SIM_CALLS");
    Deno.removeSync(calls);
  }
});
