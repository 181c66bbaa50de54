import assert from "node:assert/strict";
import { forensicsOf } from "../../lib/report/postmortem_forensics.ts";
import { panicView } from "../postmortem_world.ts";

const NONE = {
  panic: undefined,
  close: undefined,
  status: undefined,
  versions: undefined,
  crumbs: [],
  timeZone: "UTC",
  version: "1.2.3",
};

Deno.test("forensicsOf() leaves out what is not known", () => {
  // Kills: an empty text where Apple should read "unknown".
  assert.deepEqual(forensicsOf(NONE), {
    breadcrumbs: [],
    inForce: ["metal-guard 1.2.3"],
  });
});

Deno.test("forensicsOf() takes the panic's own build and driver, not those of today", () => {
  // Kills: a fault that is reported against the update that was installed since.
  const found = forensicsOf({
    ...NONE,
    panic: panicView(),
    close: {
      panicLine: "panic(x)",
      kernelVersion: "Darwin 25",
      osBuild: "1",
      iogpuVersion: "2",
    },
  });
  assert.deepEqual(
    [found.osVersion, found.gpuDriver, found.panicString, found.kernelVersion],
    ["build 25F84", "130.15.2", "panic(x)", "Darwin 25"],
  );
});
