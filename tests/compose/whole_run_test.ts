import assert from "node:assert/strict";
import { RefusedError } from "../../lib/core/error.ts";
import { runWhole } from "../../lib/compose/whole_run.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

Deno.test("a run with all that is known asks the gate before anything is started", async () => {
  // Kills: a program that is started into the panic of an hour ago.
  const world = new World().panic(1);
  const run = runWhole(["server", "--model", "org/m"], {
    label: "run",
    model: undefined,
    maxFootprintBytes: null,
    graceMs: 10_000,
    wallTimeMs: null,
    restart: "never",
    probeFailures: 3,
    isObserver: false,
    waitMs: 0,
    isStrict: false,
    isLockSkipped: false,
    onGuardExit: "terminate",
    reportPath: undefined,
    hasReportDetails: false,
    readsErrors: false,
    probe: undefined,
  }, { ...world, env: fakeEnv(world.env) });
  await assert.rejects(
    run,
    (error) =>
      error instanceof RefusedError && error.layer === "panic_cooldown",
  );
  assert.deepEqual(world.foreground.started, []);
});
