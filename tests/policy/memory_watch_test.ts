import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import {
  evaluateWatchdog,
  isFlushWorthwhile,
  isPressureHigh,
  type KvSample,
  stepKvMonitor,
} from "../../lib/policy/memory_watch.ts";
import { memoryOf } from "../fakes/gpu_memory.ts";

Deno.test("pressure is high above 67 % of the peak, not at it", () => {
  // Kills: the active share for the peak; `>=` for `>`.
  assert.equal(isPressureHigh(memoryOf({ peak: 67, limit: 100 })), false);
  assert.equal(isPressureHigh(memoryOf({ peak: 67.001, limit: 100 })), true);
  assert.equal(
    isPressureHigh(memoryOf({ active: 99, peak: 10, limit: 100 })),
    false,
  );
});

Deno.test("fails open: what is not known is no pressure and calls for nothing", () => {
  // Kills: a flush loop on a machine that cannot be asked.
  assert.equal(isPressureHigh(memoryOf({ peak: 99 })), false);
  assert.equal(isFlushWorthwhile(memoryOf({ limit: 100 })), false);
  assert.equal(evaluateWatchdog(memoryOf({ limit: 100 })), "nothing");
  const blind = stepKvMonitor([], memoryOf({}), 0);
  assert.deepEqual(blind, { samples: [], pressure: undefined });
});

Deno.test("the watchdog warns above 70 % and acts above 85 %", () => {
  // Kills: shares that are swapped, or met by equality.
  const at = (active: number): string =>
    evaluateWatchdog(memoryOf({ active, peak: active, limit: 100 }));
  assert.equal(at(0), "nothing");
  assert.equal(at(1), "flush");
  assert.equal(at(70), "flush");
  assert.equal(at(70.01), "warn");
  assert.equal(at(85), "warn");
  assert.equal(at(85.01), "critical");
  assert.equal(
    evaluateWatchdog(memoryOf({ active: 0, peak: 51, limit: 100 })),
    "flush",
  );
});

Deno.test("less than 4 GB free is pressure, 4 GB is not", () => {
  // Kills: `<=` for `<`.
  const at = (active: number): string | undefined =>
    stepKvMonitor([], memoryOf({ active, limit: 48 }), 0).pressure?.cause;
  assert.equal(at(44), undefined);
  assert.equal(at(44.01), "headroom");
});

Deno.test("growth is judged over the last five minutes, once six seconds have passed", () => {
  // Kills: a rate out of two readings a moment apart; a baseline that is kept for ever.
  const sample = (atMs: number, gb: number): KvSample => ({
    atMs,
    activeBytes: gb * GB,
  });
  const grow = (
    samples: readonly KvSample[],
    atMs: number,
    active: number,
  ): string | undefined =>
    stepKvMonitor(samples, memoryOf({ active, limit: 1_000 }), atMs).pressure
      ?.cause;
  assert.equal(grow([sample(0, 1)], 5_999, 9), undefined);
  assert.equal(grow([sample(0, 1)], 6_000, 9), "growth");
  assert.equal(grow([sample(0, 1)], 60_000, 2), undefined);
  assert.equal(grow([sample(0, 1)], 60_000, 2.01), "growth");
  assert.equal(grow([sample(0, 1)], 300_001, 99), undefined);
});
