import assert from "node:assert/strict";
import { MIB } from "../../lib/core/bytes.ts";
import {
  nextSampleMs,
  recommendedFootprintBytes,
} from "../../lib/policy/footprint.ts";

const LIMIT = 1_000 * MIB;

Deno.test("it looks the sooner the less is left: 1 s far away, 50 ms at the limit", () => {
  // Kills: a limit that is passed by seconds' worth of a ramp; a core spent on an idle program.
  assert.equal(nextSampleMs(100, null), 1_000);
  assert.equal(nextSampleMs(undefined, LIMIT), 50);
  assert.equal(nextSampleMs(LIMIT, LIMIT), 50);
  assert.equal(nextSampleMs(2 * LIMIT, LIMIT), 50);
  assert.equal(nextSampleMs(0, 100 * LIMIT), 1_000);
  assert.equal(nextSampleMs(LIMIT - 640 * MIB, LIMIT), 500);
});

Deno.test("an observed peak suggests a limit with a quarter of room, in whole 64 MiB", () => {
  // Kills: a suggestion that the next run would meet.
  assert.equal(recommendedFootprintBytes(1_000 * MIB), 1_280 * MIB);
  assert.equal(recommendedFootprintBytes(1), 64 * MIB);
});
