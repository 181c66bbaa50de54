import assert from "node:assert/strict";
import { NativeCaller } from "../../../lib/adapters/native/caller.ts";
import { createNativeFootprints } from "../../../lib/adapters/native/footprints.ts";
import { known } from "../../../lib/core/observed.ts";
import type { Footprints } from "../../../lib/ports/footprints.ts";
import {
  FakeNativeLibrary,
  type NativeScript,
} from "../../fakes/native_library.ts";

function over(script: NativeScript): Footprints {
  const library = new FakeNativeLibrary(script);
  return createNativeFootprints(
    new NativeCaller({ open: () => Promise.resolve(known(library)) }),
  );
}

const ONE = { physFootprintBytes: 100, lifetimeMaxPhysFootprintBytes: 300 };
const TWO = { physFootprintBytes: 20, lifetimeMaxPhysFootprintBytes: 50 };

Deno.test("footprints are summed, zombies and the dead count nothing, and the highest is kept", async () => {
  // Kills: resident memory in place of the footprint; a zombie's last figure counted for ever.
  const footprints = over({
    processes: { 1: ONE, 2: TWO, 3: { ...ONE, status: 5 } },
  });
  assert.deepEqual(await footprints.read([1, 2, 3, 4, 1]), known(120));
  assert.equal(footprints.peakOf?.(1), 300);
  assert.equal(footprints.peakOf?.(4), undefined);
  assert.equal((await footprints.read([3, 4])).kind, "unknown");
});

Deno.test("one that does not show its footprint makes the sum unknown", async () => {
  // Kills: another user's process, or a figure of the wrong type, counted as nothing.
  for (
    const bad of [{}, { physFootprintBytes: "9" }, { physFootprintBytes: -1 }]
  ) {
    const reading = await over({ processes: { 1: ONE, 2: bad } }).read([1, 2]);
    assert.ok(reading.kind === "unknown" && reading.because !== "");
  }
  assert.equal((await over({ breaks: "fails" }).read([1])).kind, "unknown");
});
