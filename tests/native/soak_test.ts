import assert from "node:assert/strict";
import { Expected } from "./expected.ts";
import {
  ask,
  cString,
  type Json,
  play,
  readMachine,
  symbols,
  withValue,
} from "./native_place.ts";

const MACHINE = readMachine("m4-max");
const expected = new Expected(MACHINE);
const PREFIX = cString("com.apple.AGX");
/** Memory that may be more after 15,000 calls. */
const MOST_BYTES = 4 * 1024 * 1024;

const QUESTIONS: readonly (readonly [() => Promise<Json>, Json])[] = [
  [() => ask(symbols.mg_accelerators), expected.accelerators()],
  [() => ask(symbols.mg_gpu_clients), expected.gpuClients()],
  [() => ask(symbols.mg_metal_devices), expected.metalDevices()],
  [() => ask(symbols.mg_host_memory), expected.hostMemory()],
  [
    () => ask((out, cap) => symbols.mg_kexts(PREFIX, out, cap)),
    expected.kexts(["com.apple.AGX"]),
  ],
  [
    () => ask((out, cap) => symbols.mg_process(4242, out, cap)),
    expected.process(4242),
  ],
  [
    () => ask((out, cap) => symbols.mg_process_args(4242, out, cap)),
    expected.processArgs(4242),
  ],
];

Deno.test("eight callers at once get their own answers", () =>
  // Kills: state that two calls share; a lock that two calls take in either order.
  play(MACHINE, async () => {
    async function call(first: number): Promise<void> {
      for (let i = 0; i < 100; i++) {
        const [question, answer] = QUESTIONS[(first + i) % QUESTIONS.length] ??
          [];
        assert.deepEqual(await question?.(), answer);
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, first) => call(first)));
  }));

Deno.test("15,000 calls leave memory as it was, exceptions among them", async () => {
  // Kills: an object that is never released: 300 bytes a call are 4 MiB here.
  const machine = withValue(
    withValue(MACHINE, ["metal", "probe", "latencyUs"], 0),
    ["kexts", "com.apple.AGXG16X", "OSBundleUUID"],
    { $throw: true },
  );
  const kexts = cString("com.apple");
  const calls = [
    ...QUESTIONS.filter((_, i) => i !== 4).map(([question]) => question),
    (): Promise<Json> => ask((out, cap) => symbols.mg_kexts(kexts, out, cap)),
    (): Promise<Json> =>
      ask((out, cap) => symbols.mg_metal_probe(100, out, cap)),
    (): Promise<Json> => Promise.resolve(symbols.mg_pid_alive(4242)),
    (): Promise<Json> => ask(symbols.mg_boot_session),
  ];
  async function rounds(count: number): Promise<number> {
    for (let i = 0; i < count; i++) for (const call of calls) await call();
    return residentBytes();
  }
  await play(machine, async () => {
    await rounds(500);
    const before = await rounds(500);
    const after = await rounds(1_500);
    assert.ok(calls.length * 1_500 >= 15_000);
    assert.ok(
      after - before < MOST_BYTES,
      `${after - before} bytes more after ${calls.length * 1_500} calls`,
    );
  });
});

/** Memory of this process that is no file's and not V8's. */
function residentBytes(): number {
  const { rss, heapTotal } = Deno.memoryUsage();
  return rss - heapTotal;
}
