import assert from "node:assert/strict";
import { Watch } from "../../lib/layers/watch.ts";
import { FakeClock } from "../fakes/clock.ts";
import { memoryOf } from "../fakes/gpu_memory.ts";
import { FakeLog } from "../fakes/log.ts";
import { FakeTicker } from "../fakes/ticker.ts";

class Scene {
  readonly clock = new FakeClock();
  readonly ticker = new FakeTicker();
  readonly log = new FakeLog();
  readonly steps: string[] = [];
  figures: { active?: number; peak?: number; limit?: number } = {};
  alive = 0;
  readonly watch = new Watch({
    clock: this.clock,
    ticker: this.ticker,
    log: this.log,
    readMemory: () => Promise.resolve(memoryOf(this.figures)),
    resetPeak: () => this.steps.push("reset"),
    tasksAlive: () => this.alive,
    flush: () => this.#step("flush"),
    cleanUp: () => this.#step("cleanup"),
    breadcrumb: (tag) => this.#step(tag),
  });

  #step(name: string): Promise<void> {
    this.steps.push(name);
    return Promise.resolve();
  }
}

Deno.test("flush and watchdog share one timer: the later one ends the earlier", async () => {
  // Kills: two loops that flush against each other.
  const scene = new Scene();
  scene.watch.periodicFlush();
  const dog = scene.watch.watchdog({ intervalMs: 1_000 });
  assert.deepEqual(scene.ticker.loops.map(({ ms }) => ms), [1_000]);
  scene.watch.periodicFlush();
  assert.deepEqual(scene.ticker.loops.map(({ ms }) => ms), [300_000]);
  dog[Symbol.dispose]();
  assert.equal(scene.ticker.loops.length, 1);
  scene.figures = { active: 1, limit: 48 };
  await scene.ticker.tick();
  assert.deepEqual(scene.steps, ["flush"]);
});

Deno.test("a tick is skipped while a task lives", async () => {
  // Kills: a flush in the middle of a generate.
  const scene = new Scene();
  scene.figures = { active: 47, peak: 47, limit: 48 };
  scene.watch.watchdog();
  scene.alive = 1;
  await scene.ticker.tick();
  assert.deepEqual(scene.steps, []);
});

Deno.test("above the critical share it cleans up, calls and starts from a new baseline", async () => {
  // Kills: a callback that is told before there is room; one that ends the loop by failing.
  const scene = new Scene();
  scene.figures = { active: 45, peak: 45, limit: 48 };
  scene.watch.watchdog({
    onCritical: () => {
      scene.steps.push("call");
      throw new Error("callback");
    },
  });
  await scene.ticker.tick();
  assert.deepEqual(scene.steps, ["WATCHDOG", "cleanup", "call", "reset"]);
  assert.match(scene.log.messages.at(-1)?.text ?? "", /a callback failed/);
});

Deno.test("above the warning share it flushes and warns", async () => {
  // Kills: a warning that nobody hears.
  const scene = new Scene();
  scene.figures = { active: 36, peak: 36, limit: 48 };
  scene.watch.watchdog();
  await scene.ticker.tick();
  assert.deepEqual(scene.steps, ["WATCHDOG", "flush"]);
  assert.equal(scene.log.messages[0]?.level, "warn");
});

Deno.test("the KV monitor calls with its reason, beside the shared timer", async () => {
  // Kills: a monitor that ends the watchdog, or is silent about why.
  const scene = new Scene();
  const reasons: string[] = [];
  scene.watch.watchdog();
  scene.watch.kvCache({
    onPressure: ({ cause }) => {
      reasons.push(cause);
    },
  });
  assert.deepEqual(scene.ticker.loops.map(({ ms }) => ms), [300_000, 30_000]);
  scene.figures = { active: 45, limit: 48 };
  await scene.ticker.tick();
  assert.deepEqual(reasons, ["headroom"]);
  assert.ok(scene.steps.includes("KV_MONITOR"));
});

Deno.test("watch fails open: a machine that cannot be asked is left alone", async () => {
  // Kills: clean-ups for ever because a reading failed.
  const scene = new Scene();
  scene.watch.watchdog();
  scene.watch.kvCache({
    onPressure: () => {
      scene.steps.push("call");
    },
  });
  await scene.ticker.tick();
  assert.deepEqual(scene.steps, []);
});
