import assert from "node:assert/strict";
import { QUESTIONS } from "./questions.ts";
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
/** Memory that may be more after 15,000 calls. */
const MOST_BYTES = 4 * 1024 * 1024;

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
    (): Promise<Json> => symbols.mg_pid_alive(4242),
    (): Promise<Json> => ask(symbols.mg_boot_session),
  ];
  async function rounds(count: number): Promise<number> {
    for (let i = 0; i < count; i++) for (const call of calls) await call();
    return residentBytes();
  }
  await play(machine, async () => {
    // V8 and the allocator grow for the first 20,000 calls, by some 3 MiB; then they stand.
    const before = await rounds(2_000);
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
