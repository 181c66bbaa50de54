import assert from "node:assert/strict";
import { Serial } from "../../lib/core/serial.ts";

Deno.test("Serial runs one step at a time, in order, also after one that failed", async () => {
  // Kills: two steps at once; a queue that stands still after a failure.
  const serial = new Serial();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = serial.run(async () => {
    seen.push("first in");
    await gate.promise;
    seen.push("first out");
    throw new Error("no");
  });
  const second = serial.run(() => {
    seen.push("second");
    return 2;
  });
  gate.resolve();
  await assert.rejects(first, /no/);
  assert.equal(await second, 2);
  assert.deepEqual(seen, ["first in", "first out", "second"]);
});
