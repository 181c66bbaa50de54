import assert from "node:assert/strict";
import { unknownMachine } from "../../lib/policy/machine_checks.ts";

Deno.test("unknownMachine() knows nothing, and says why everywhere", () => {
  // Kills: a figure for a machine that nobody could ask.
  const { hardware, memory, gpu, wiredLimit, ...rest } = unknownMachine("no");
  const { limitSource, source, ...figures } = memory;
  assert.deepEqual([limitSource, source], [null, null]);
  for (
    const reading of [
      ...Object.values(hardware),
      ...Object.values(figures),
      ...Object.values(gpu),
      rest.memoryUse,
      rest.hostMemory,
    ]
  ) assert.deepEqual(reading, { kind: "unknown", because: "no" });
  assert.deepEqual([wiredLimit.mode, wiredLimit.advisory], ["unknown", null]);
  assert.deepEqual([rest.answers, rest.findings], [[], []]);
});
