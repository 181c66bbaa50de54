import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { MetalGuardError, RefusedError } from "../../lib/core/error.ts";
import { known } from "../../lib/core/observed.ts";
import type { GuardedRunOptions } from "../../lib/compose/run_types.ts";
import { runWhole } from "../../lib/compose/whole_run.ts";
import { fakeEnv } from "../fakes/env.ts";
import { STATE, World } from "../fakes/world.ts";

const OPTIONS: GuardedRunOptions = {
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
};

function start(
  world: World,
  options: Partial<GuardedRunOptions> = {},
  command: readonly string[] = ["server", "--model", "org/m-70b-4bit"],
): Promise<unknown> {
  return runWhole(command, { ...OPTIONS, ...options }, {
    ...world,
    env: fakeEnv(world.env),
    gpuMemory: () =>
      Promise.resolve({
        activeBytes: known(40 * GB),
        limitBytes: known(48 * GB),
        limitSource: "test",
      }),
  });
}

Deno.test("what refuses before the start leaves no cadence mark and gives the lock back", async () => {
  // Kills: a model that waits three minutes for a load that never was (SAFETY R1).
  const world = new World();
  await assert.rejects(
    start(world),
    (error) => error instanceof RefusedError && error.layer === "fit",
  );
  assert.equal(world.store.text(`${STATE}/cadence.json`), undefined);
  assert.equal((await world.guard().lock.read()).state, "free");
});

Deno.test("the gate is asked first, and its refusal is written down", async () => {
  // Kills: a lock taken and a model judged while the gate is closed.
  const world = new World().panic(0.5).panic(1);
  world.store.putFolder("/out");
  await assert.rejects(
    start(world, { reportPath: "/out/r.json" }),
    (error) =>
      error instanceof RefusedError && error.layer === "panic_cooldown",
  );
  const report = JSON.parse(world.store.text("/out/r.json") ?? "{}");
  assert.equal(report.exit_code, 75);
  assert.equal(report.cause, "refused");
});

Deno.test("a report that cannot be written is said before anything is asked", async () => {
  // Kills: a run of a day whose report was lost from the start.
  await assert.rejects(
    start(new World().panic(0.5), { reportPath: "/missing/r.json" }),
    (error) => error instanceof MetalGuardError && error.code === "usage",
  );
});

Deno.test("without a model what needs one is passed over, and that is said", async () => {
  // Kills: a silent pass; a refusal of every script that names no model.
  const world = new World().panic(0.5);
  await assert.rejects(start(world, {}, ["python", "x.py"]), RefusedError);
  assert.match(world.log.messages[0]?.text ?? "", /no model is named/);
});
