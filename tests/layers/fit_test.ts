import assert from "node:assert/strict";
import { RefusedError } from "../../lib/core/error.ts";
import { Fit } from "../../lib/layers/fit.ts";
import { FakeClock } from "../fakes/clock.ts";
import { memoryOf } from "../fakes/gpu_memory.ts";
import { FakeLog } from "../fakes/log.ts";

function fitWith(
  figures: { active?: number; limit?: number },
  { isObserver = false, freed = 0 } = {},
): { readonly fit: Fit; readonly steps: string[]; readonly log: FakeLog } {
  const clock = new FakeClock();
  clock.autoAdvance = true;
  const steps: string[] = [];
  const log = new FakeLog();
  const fit = new Fit({
    clock,
    log,
    readMemory: () => Promise.resolve(memoryOf(figures)),
    cleanUp: () => {
      steps.push("cleanup");
      if (figures.active !== undefined) figures.active -= freed;
      return Promise.resolve();
    },
  }, { isObserver });
  return { fit, steps, log };
}

Deno.test("a load that fits cleans nothing up", async () => {
  // Kills: a flush before every load.
  const { fit, steps } = fitWith({ active: 10, limit: 48 });
  assert.equal((await fit.require(36)).kind, "proceed");
  assert.deepEqual(steps, []);
});

Deno.test("one that does not fit is asked again after a clean-up, then refused with its inequality", async () => {
  // Kills: a refusal of what a flush would have made room for; endless clean-ups.
  const room = fitWith({ active: 11, limit: 48 }, { freed: 1 });
  assert.equal((await room.fit.require(36)).kind, "proceed");
  const full = fitWith({ active: 20, limit: 48 }, { freed: 1 });
  await assert.rejects(
    full.fit.require(36),
    (error) =>
      error instanceof RefusedError && error.layer === "fit" &&
      error.verdict.reason.includes("38.00 GB"),
  );
  assert.deepEqual(full.steps, ["cleanup"]);
});

Deno.test("caches are dropped only where that was asked for", async () => {
  // Kills: an opt-in that is on for everybody.
  const { fit, steps } = fitWith({ active: 12, limit: 48 }, { freed: 1 });
  const dropCaches = (): Promise<void> => {
    steps.push("drop");
    return Promise.resolve();
  };
  const request = { modelGb: 34, contextGb: 2 };
  assert.equal((await fit.require(request, { dropCaches })).kind, "proceed");
  assert.deepEqual(steps, ["cleanup", "drop", "cleanup"]);
});

Deno.test("observer mode tells and lets pass", async () => {
  // Kills: an observer that refuses, or one that is silent.
  const { fit, log } = fitWith({ active: 40, limit: 48 }, { isObserver: true });
  assert.equal((await fit.require(36)).kind, "refuse");
  assert.match(log.messages[0]?.text ?? "", /observer mode, not refused/);
});

Deno.test("fit fails open: an unknown limit passes", async () => {
  // Kills: nobody can load anything where the GPU cannot be asked.
  const { fit } = fitWith({});
  assert.equal((await fit.check(1_000)).kind, "proceed");
});
