import assert from "node:assert/strict";
import { MIB } from "../../lib/core/bytes.ts";
import { RefusedError } from "../../lib/core/error.ts";
import type { LockHold } from "../../lib/core/lock_hold.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import {
  SupervisedRun,
  type SupervisedRunOptions,
  type SupervisedRunResult,
} from "../../lib/layers/supervised_run.ts";
import type { StartOptions } from "../../lib/ports/supervised_program.ts";
import type { ChildEnd } from "../../lib/ports/child_process.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeForegroundChild } from "../fakes/foreground_child.ts";
import { FakeLog } from "../fakes/log.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";

const HOLD: LockHold = {
  kind: "held",
  nonce: "n",
  environment: {},
  name: () => Promise.resolve(),
  check: () => Promise.resolve({ kind: "ours" }),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** A machine in memory on which one command is supervised. */
class Scene {
  readonly clock = new FakeClock();
  readonly table = new FakeProcessTable();
  readonly log = new FakeLog();
  readonly steps: string[] = [];
  readonly named: (readonly number[])[] = [];
  footprint: Observed<number> = known(0);
  watcherIsDone = false;
  child: FakeForegroundChild | undefined;
  start: StartOptions | undefined;
  readonly result: Promise<SupervisedRunResult>;
  #pid = 100;

  constructor(options: Partial<SupervisedRunOptions> = {}) {
    const run = new SupervisedRun({
      clock: this.clock,
      table: this.table,
      log: this.log,
      children: new FakeChildProcesses(),
      footprints: { read: () => Promise.resolve(this.footprint) },
      watchers: {
        start: () => ({
          gone: new Promise(() => {}),
          name: (pids) => {
            this.named.push(pids);
            return Promise.resolve();
          },
          [Symbol.asyncDispose]: () => {
            this.watcherIsDone = true;
            return Promise.resolve();
          },
        }),
      },
      record: (kind) => this.steps.push(kind),
      runUnder: (_hold, _command, start) => this.#run(start),
    }, {
      maxFootprintBytes: 100 * MIB,
      graceMs: 10_000,
      wallTimeMs: null,
      restart: "never",
      probeFailures: 3,
      isObserver: false,
      onGuardExit: "terminate",
      env: { A: "1" },
      beforeRestart: () => Promise.resolve(),
      ...options,
    });
    this.result = run.run(HOLD, ["server"]);
    this.result.catch(() => undefined);
  }

  async #run(start: StartOptions): Promise<ChildEnd> {
    this.start = start;
    const child = new FakeForegroundChild(++this.#pid, "sh", { args: [] });
    this.child = child;
    this.table.start(child.pid, { parentPid: 1 });
    await start.onStarted(child);
    start.onLetGo();
    return await child.end;
  }

  /** Lets everything run that needs no time to pass, then `ms`. */
  async pass(ms: number): Promise<void> {
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    await this.clock.advance(ms);
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  }
}

Deno.test("a decision is recorded before its signal is sent", async () => {
  // Kills: a program that was ended and no trace of why.
  const scene = new Scene();
  scene.footprint = known(105 * MIB);
  await scene.pass(0);
  const child = scene.child;
  assert.ok(child !== undefined);
  const before: string[][] = [];
  const signal = child.signal.bind(child);
  child.signal = (name): void => {
    before.push([...scene.steps]);
    signal(name);
  };
  await scene.pass(120);
  assert.deepEqual(child.signals, ["SIGTERM"]);
  assert.ok(before[0]?.includes("terminate"));
  child.finish(0);
  await scene.pass(1_000);
  const result = await scene.result;
  assert.equal(result.exitCode, 76);
  assert.equal(result.cause, "footprint");
  assert.equal(result.peakBytes, 105 * MIB);
  assert.equal(scene.watcherIsDone, true);
});

Deno.test("supervised_run fails open: memory that cannot be read is told once and ends nothing", async () => {
  // Kills: a healthy program ended because ps or /proc failed; a warning every 50 ms.
  const scene = new Scene();
  scene.footprint = unknown("no /proc");
  await scene.pass(5_000);
  assert.deepEqual(scene.child?.signals, []);
  assert.equal(
    scene.log.messages.filter(({ text }) => text.includes("no /proc")).length,
    1,
  );
  scene.child?.finish(3);
  await scene.pass(1_000);
  assert.equal((await scene.result).exitCode, 3);
});

Deno.test("what it started is ended with it, after a look at each", async () => {
  // Kills: workers that outlive their server.
  const scene = new Scene();
  await scene.pass(0);
  scene.table.start(500, { parentPid: scene.child?.pid ?? 0 });
  await scene.pass(1_000);
  assert.deepEqual(scene.named.at(-1), [scene.child?.pid, 500]);
  scene.footprint = known(200 * MIB);
  await scene.pass(2_000);
  assert.deepEqual(scene.table.signals, [{ pid: 500, signal: "SIGKILL" }]);
  await scene.pass(1_000);
  assert.equal((await scene.result).exitCode, 76);
});

Deno.test("a restart asks again, and a refusal ends the run", async () => {
  // Kills: a crash loop into a panic because only the first start asks (SAFETY R1).
  let asked = 0;
  const scene = new Scene({
    restart: "on-failure",
    beforeRestart: () => {
      asked++;
      return asked < 2 ? Promise.resolve() : Promise.reject(
        new RefusedError("panic_cooldown", {
          kind: "refuse",
          reason: "a panic",
          wayOut: "wait",
        }),
      );
    },
  });
  await scene.pass(0);
  scene.child?.finish(1);
  await scene.pass(1_500);
  assert.equal(asked, 1);
  assert.equal(scene.child?.pid, 102);
  scene.child?.finish(1);
  await scene.pass(5_000);
  await assert.rejects(scene.result, RefusedError);
  assert.equal(scene.watcherIsDone, true);
});

Deno.test("a signal during the pause ends the run without another start", async () => {
  // Kills: a TERM from launchd that is answered with a new server.
  const scene = new Scene({ restart: "always" });
  await scene.pass(0);
  scene.child?.finish(1);
  await scene.pass(10);
  scene.start?.onSignal("SIGTERM");
  await scene.pass(10);
  assert.equal((await scene.result).exitCode, 143);
  assert.equal(scene.child?.pid, 101);
});

Deno.test("probes start after their time and end what fails them", async () => {
  // Kills: a model that is ended while it still loads.
  const scene = new Scene({
    probe: {
      isAlive: () => Promise.resolve(false),
      intervalMs: 1_000,
      firstAfterMs: 60_000,
    },
  });
  await scene.pass(59_999);
  assert.deepEqual(scene.child?.signals, []);
  await scene.pass(2_100);
  assert.deepEqual(scene.child?.signals, ["SIGTERM"]);
  scene.child?.finish(143);
  await scene.pass(1_000);
  assert.equal((await scene.result).cause, "probe");
});

Deno.test("with detach nobody waits for our death", async () => {
  // Kills: a watcher that ends what was to be left alone.
  const scene = new Scene({ onGuardExit: "detach" });
  await scene.pass(0);
  assert.deepEqual(scene.named, []);
  scene.child?.finish(0);
  await scene.pass(1_000);
  assert.equal((await scene.result).exitCode, 0);
});
