import assert from "node:assert/strict";
import { Memory } from "../../lib/layers/memory.ts";
import { FakeLog } from "../fakes/log.ts";
import { memoryOf } from "../fakes/gpu_memory.ts";

function memoryWith(figures: { active?: number; limit?: number }): {
  readonly memory: Memory;
  readonly log: FakeLog;
  readonly cleanUps: () => number;
} {
  const log = new FakeLog();
  let cleanUps = 0;
  const memory = new Memory({
    log,
    readGpuMemory: () => {
      const { activeBytes, limitBytes } = memoryOf(figures);
      return Promise.resolve({ activeBytes, limitBytes, limitSource: "test" });
    },
    cleanUp: () => {
      cleanUps++;
      return Promise.resolve();
    },
  });
  return { memory, log, cleanUps: () => cleanUps };
}

Deno.test("the peak is the highest reading until it is reset", async () => {
  // Kills: a peak that falls with the memory, or that no clean-up resets.
  const figures = { active: 10, limit: 48 };
  const { memory } = memoryWith(figures);
  await memory.read();
  figures.active = 40;
  await memory.read();
  figures.active = 5;
  const peak = async (): Promise<unknown> => (await memory.read()).peakBytes;
  assert.deepEqual(await peak(), { kind: "known", value: 40e9 });
  memory.resetPeak();
  assert.deepEqual(await peak(), { kind: "known", value: 5e9 });
});

Deno.test("headroom is made where pressure is high, and the peak counted anew", async () => {
  // Kills: a clean-up on every call after one high reading.
  const figures = { active: 40, limit: 48 };
  const { memory, cleanUps } = memoryWith(figures);
  assert.equal(await memory.ensureHeadroom(), true);
  figures.active = 1;
  assert.equal(await memory.ensureHeadroom(), false);
  assert.equal(cleanUps(), 1);
  assert.equal(await memory.isPressureHigh({ thresholdRatio: 0.01 }), true);
});

Deno.test("memory fails open: a machine that cannot be asked has no pressure, and no zeros", async () => {
  // Kills: "0 GB in use" on a machine whose probe failed.
  const { memory, log, cleanUps } = memoryWith({});
  assert.equal((await memory.read()).peakBytes.kind, "unknown");
  assert.equal(await memory.ensureHeadroom(), false);
  assert.equal(cleanUps(), 0);
  await memory.log("after load");
  assert.match(
    log.messages[0]?.text ?? "",
    /^after load: in use unknown \(.*\), peak unknown/,
  );
});
