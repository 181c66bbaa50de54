import assert from "node:assert/strict";
import { GIB, MIB } from "../../lib/core/bytes.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import { findMemoryLimit } from "../../lib/policy/memory_limit.ts";

const GONE = unknown<number>("not read");

Deno.test("findMemoryLimit() takes a person's limit before Metal's, and Metal's before an estimate", () => {
  // Kills: an estimate under which a Mac with a raised limit refuses every model.
  const all = {
    wiredLimitMib: known(1_000),
    workingSetBytes: known(5),
    memoryBytes: known(64 * GIB),
  };
  assert.deepEqual(findMemoryLimit(all), {
    kind: "known",
    value: 1_000 * MIB,
    source: "wired_limit",
  });
  for (const wiredLimitMib of [known(0), GONE]) {
    assert.deepEqual(findMemoryLimit({ ...all, wiredLimitMib }), {
      kind: "known",
      value: 5,
      source: "working_set",
    });
  }
});

Deno.test("the estimate is not above what Metal recommended on any machine of that size", () => {
  // Kills: an estimate that promises memory which Metal does not give.
  const seen: readonly (readonly [gib: number, bytes: number])[] = [
    [16, 10_922.67 * MIB],
    [32, 21_845.34 * MIB],
    [48, 40_200_896_512],
    [64, 49_152 * MIB],
    [128, 115_448_725_504],
    [256, 223_338_299_392],
  ];
  for (const [gib, bytes] of seen) {
    const limit = findMemoryLimit({
      wiredLimitMib: known(0),
      workingSetBytes: GONE,
      memoryBytes: known(gib * GIB),
    });
    assert.ok(limit.kind === "known" && limit.source === "estimate");
    assert.ok(limit.value <= bytes, `${gib} GiB`);
    assert.ok(limit.value > bytes * 0.85, `${gib} GiB`);
  }
});

Deno.test("without memory there is no estimate", () => {
  // Kills: a limit of 0 under which nothing fits.
  const limit = findMemoryLimit({
    wiredLimitMib: GONE,
    workingSetBytes: GONE,
    memoryBytes: GONE,
  });
  assert.deepEqual(limit, GONE);
});
