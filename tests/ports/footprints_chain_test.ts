import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import type { Footprints } from "../../lib/ports/footprints.ts";
import { chainFootprints } from "../../lib/ports/footprints_chain.ts";

Deno.test("whoever answers says how often it may be asked, and who it was", async () => {
  // Kills: `ps` started every 50 ms because the dylib in front of it could be asked that often.
  let first: Observed<number> = known(1);
  const native: Footprints = {
    source: "native",
    shortestMs: 50,
    read: () => Promise.resolve(first),
    peakOf: () => 9,
  };
  const ps: Footprints = {
    source: "ps",
    shortestMs: 500,
    read: () => Promise.resolve(known(2)),
  };
  const chain = chainFootprints([native, ps]);
  assert.deepEqual(await chain.read([1]), known(1));
  assert.deepEqual(
    [chain.source, chain.shortestMs, chain.peakOf?.(1)],
    ["native", 50, 9],
  );
  first = unknown("it crashed");
  assert.deepEqual(await chain.read([1]), known(2));
  assert.deepEqual(
    [chain.source, chain.shortestMs, chain.peakOf?.(1)],
    ["ps", 500, undefined],
  );
});

Deno.test("where nobody knows every reason is told", async () => {
  // Kills: 0 bytes where nothing could be measured.
  const blind = (because: string): Footprints => ({
    shortestMs: because.length * 100,
    read: () => Promise.resolve(unknown(because)),
  });
  const chain = chainFootprints([blind("a"), blind("bb")]);
  assert.deepEqual(await chain.read([1]), unknown("a; bb"));
  assert.equal(chain.shortestMs, 200);
  assert.equal((await chainFootprints([]).read([1])).kind, "unknown");
});
