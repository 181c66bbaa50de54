import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { MetalGuardError } from "../../lib/core/error.ts";
import {
  evaluateKvRequest,
  growKvRequest,
  startKvRequest,
} from "../../lib/policy/kv_growth.ts";

Deno.test("a request may reach its ceiling and not pass it", () => {
  // Kills: `>=` for `>`.
  const full = growKvRequest(startKvRequest("a", 2 * GB), 2 * GB);
  assert.equal(evaluateKvRequest(full).kind, "proceed");
  const over = evaluateKvRequest(growKvRequest(full, 1));
  assert.ok(over.kind === "refuse");
  assert.match(over.reason, /2 GB > 2 GB/);
});

Deno.test("once over its ceiling a request fails closed: it stays refused and counts no further", () => {
  // Kills: a counter that runs on after the end, or forgets it.
  const over = growKvRequest(startKvRequest("a", 10), 11);
  const after = growKvRequest(over, 5);
  assert.deepEqual(
    [after.cumulativeBytes, after.stepCount, after.isAborted],
    [11, 1, true],
  );
});

Deno.test("figures that mean nothing are errors of the caller", () => {
  // Kills: a ceiling of NaN, under which everything passes.
  for (const ceiling of [0, -1, NaN]) {
    assert.throws(() => startKvRequest("a", ceiling), MetalGuardError);
  }
  const request = startKvRequest("a", 10);
  for (const bytes of [-1, NaN]) {
    assert.throws(() => growKvRequest(request, bytes), MetalGuardError);
  }
  assert.equal(growKvRequest(request, 0).stepCount, 1);
});
