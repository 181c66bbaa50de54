/** Footprints and processes through the real library: the simulated Mac, or the shipped slice in its loader; and `/proc`. */
import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoFootprints } from "../../lib/adapters/deno/footprints.ts";
import { NativeCaller } from "../../lib/adapters/native/caller.ts";
import { createNativeFootprints } from "../../lib/adapters/native/footprints.ts";
import { openNativeLibrary } from "../../lib/adapters/native/library.ts";
import { createNativeProcessTable } from "../../lib/adapters/native/process_table.ts";
import { known } from "../../lib/core/observed.ts";
import { testFootprints } from "../footprints_suite.ts";
import { LIBRARY } from "./native_place.ts";

const MACHINE = new URL("../../ffi/machines/m4-max.json", import.meta.url);
const NOBODY = 4_194_304;
const SERVER = 4_242;

function onMac(): Disposable & { readonly caller: NativeCaller } {
  Deno.env.set("METAL_GUARD_SIM", MACHINE.pathname);
  return {
    caller: new NativeCaller({
      open: () => openNativeLibrary(LIBRARY),
    }),
    [Symbol.dispose]: () => Deno.env.delete("METAL_GUARD_SIM"),
  };
}

testFootprints({
  name: "the library",
  open: () => {
    const mac = onMac();
    return {
      footprints: createNativeFootprints(mac.caller),
      living: [SERVER, 4_243],
      ended: NOBODY,
      [Symbol.dispose]: () => mac[Symbol.dispose](),
    };
  },
});

testFootprints({
  name: "/proc through the C library",
  open: () => {
    const footprints = createDenoFootprints(createDenoChildProcesses());
    assert.equal(footprints.source, "proc");
    return {
      footprints,
      living: [Deno.pid, Deno.ppid],
      ended: NOBODY,
      [Symbol.dispose]: () => {},
    };
  },
});

Deno.test("the sum and the highest of a server's footprints are those of the machine", async () => {
  // Kills: resident memory for the footprint; a present figure for the highest.
  using mac = onMac();
  const footprints = createNativeFootprints(mac.caller);
  assert.deepEqual(
    await footprints.read([SERVER, 4_243, 4_244, 555]),
    known(4_831_854_592 + 104_857_604 + 1_048_580),
  );
  assert.equal(footprints.peakOf?.(SERVER), 5_153_960_759);
  // WindowServer is another user's.
  assert.equal((await footprints.read([SERVER, 812])).kind, "unknown");
});

Deno.test("processes of the machine have their start, parent and descendants", async () => {
  // Kills: a zombie or another user's process that is taken for one of ours.
  using mac = onMac();
  const table = createNativeProcessTable(mac.caller, {
    isThere: (pid) => pid !== NOBODY,
    signalAfter: () => "unproved",
  });
  const reading = await table.read(SERVER);
  assert.ok(reading.kind === "alive");
  assert.deepEqual(reading.facts.startToken, {
    kind: "libproc",
    value: "1763704345678901",
  });
  assert.equal(reading.facts.parentPid, 4_200);
  assert.equal(reading.facts.args[2], "mlx_lm.server");
  assert.deepEqual(await table.read(555), { kind: "zombie" });
  assert.equal((await table.read(812)).kind, "unknown");
  assert.deepEqual(await table.read(NOBODY), { kind: "gone" });
  const below = await table.readDescendants(SERVER);
  assert.ok(below.kind === "known");
  assert.deepEqual(below.value.map(({ pid }) => pid).sort(), [4_243, 4_244]);
});
