import assert from "node:assert/strict";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import { LockRun, type LockRunStep } from "../../lib/layers/lock_run.ts";
import { FaultyFileStore } from "../fakes/faulty_file_store.ts";
import {
  type FakeForegroundChild,
  FakeForegroundChildren,
} from "../fakes/foreground_child.ts";
import {
  LOCK,
  type LockProcessOptions,
  LockWorld,
} from "../fakes/lock_world.ts";

/** A guard, 900, on a machine in memory whose clock a test moves. */
class Scene {
  readonly world = new LockWorld();
  readonly foreground = new FakeForegroundChildren();
  readonly steps: LockRunStep[] = [];
  readonly run: LockRun;

  constructor(options: LockProcessOptions = {}) {
    const { clock, log, store, table } = this.world;
    clock.autoAdvance = false;
    table.start(900, { args: ["metal-guard"] });
    const { lock, system } = this.world.process(900, options);
    const { foreground } = this;
    foreground.onStart = ({ pid }): void => {
      table.start(pid, { parentPid: 900 });
    };
    this.run = new LockRun({ clock, store, table, foreground, system, log }, {
      acquire: (label, more) => lock.acquire(label, more),
      path: LOCK,
      onStep: (step) => this.steps.push(step),
    });
  }

  get child(): FakeForegroundChild {
    const child = this.foreground.started[0];
    assert.ok(child !== undefined, "nothing was started");
    return child;
  }

  /** Lets everything run that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }

  /** The file that lets the program go, where there is one. */
  goFile(): string | undefined {
    return this.child.args[3];
  }

  isGone(): boolean {
    const path = this.goFile();
    return path !== undefined && this.world.store.text(path) !== undefined;
  }
}

Deno.test("LockRun lets the program go only when the record names it", async () => {
  // Kills: a program that runs while the record still names a guard that may die (SAFETY L2).
  const scene = new Scene();
  const { world } = scene;
  const seen: string[] = [];
  scene.foreground.onStart = ({ pid }): void => {
    seen.push(`start: record names ${world.record()?.["pid"]}`);
    world.table.start(pid, { parentPid: 900 });
  };
  world.store.onEffect = (): void => {
    if (scene.foreground.started.length === 0 || !scene.isGone()) return;
    seen.push(`go: record names ${world.record()?.["pid"]}`);
    world.store.onEffect = undefined;
  };
  const result = scene.run.run("nightly", ["python3", "--token", "s3", "x.py"]);
  await scene.settle();
  assert.deepEqual(seen, [
    "start: record names 900",
    "go: record names 1001",
  ]);
  assert.deepEqual(scene.steps, ["locked", "started", "named", "gone"]);
  const record = world.record();
  assert.equal(record?.["guard_pid"], 900);
  assert.equal(record["start_token"], "proc:2");
  assert.equal(record["cmdline"], "python3 --token *** x.py");
  assert.equal(scene.child.env["METALGUARD_LOCK_NONCE"], record["nonce"]);
  world.table.end(1001);
  scene.child.finish(7);
  assert.deepEqual(await result, {
    exitCode: 7,
    signal: null,
    lostLock: null,
  });
  assert.equal(world.record(), undefined);
  // Kills: a file left behind by each run.
  assert.equal(scene.isGone(), false);
  assert.equal(scene.child.isDisposed, true);
});

Deno.test("LockRun gives the command to the shell as arguments, never as words of a script", async () => {
  // Kills: `--label x -- echo '; rm -rf ~'` (SAFETY R3).
  const scene = new Scene();
  const command = ["echo", "; rm -rf ~", '"$(x)"', "a b"];
  const result = scene.run.run("x", command);
  await scene.settle();
  const { program, args } = scene.child;
  assert.equal(program, "/bin/sh");
  assert.equal(args[0], "-c");
  assert.deepEqual(args.slice(-4), command);
  for (const word of command) assert.ok(!args[1]?.includes(word), word);
  assert.equal(args[4], "900");
  scene.world.table.end(1001);
  scene.child.finish(0);
  await result;
});

Deno.test("LockRun fails closed: it starts nothing when the lock is held, and ends what it cannot name", async () => {
  // Kills: a program beside another one; a stub that waits for ever when the disk is full.
  const held = new Scene();
  held.world.table.start(311);
  held.world.putPython(311);
  await assert.rejects(held.run.run("x", ["true"]), LockHeldError);
  assert.deepEqual(held.foreground.started, []);
  const full = new Scene();
  const { foreground } = full;
  foreground.onStart = (child): void => {
    full.world.table.start(child.pid);
    full.world.store.freeBytes = 0;
  };
  await assert.rejects(full.run.run("x", ["true"]), { name: "FileError" });
  assert.deepEqual(full.child.signals, ["SIGKILL"]);
  assert.equal(full.isGone(), false);
  assert.equal(full.child.isDisposed, true);
});

Deno.test("LockRun does not let a program go whose record somebody else has replaced", async () => {
  // Kills: a Python that wrote its record while ours was starting meets our program on the GPU.
  const scene = new Scene();
  const { table } = scene.world;
  scene.foreground.onStart = ({ pid }): void => {
    table.start(pid);
    table.start(311);
    scene.world.putPython(311);
  };
  await assert.rejects(scene.run.run("x", ["true"]), LockHeldError);
  assert.deepEqual(scene.child.signals, ["SIGKILL"]);
  assert.equal(scene.isGone(), false);
  assert.equal(scene.world.record()?.["pid"], 311);
});

Deno.test("LockRun ends at once when the program was ended before it went", async () => {
  // Kills: a record that names a dead child for a moment, and a go that nobody takes.
  const scene = new Scene();
  scene.foreground.onStart = (child): void => {
    child.finish(130, "SIGINT");
  };
  const { exitCode } = await scene.run.run("x", ["true"]);
  assert.equal(exitCode, 130);
  assert.equal(scene.isGone(), false);
});

Deno.test("LockRun looks at its record every second, and ends the program when it is lost", async () => {
  // Kills: two programs on the GPU for hours after somebody has put their record in place of ours (L2).
  const scene = new Scene();
  const { world } = scene;
  const result = scene.run.run("x", ["true"]);
  await scene.settle();
  world.store.remove(LOCK);
  await world.clock.advance(100);
  assert.equal(world.record()?.["pid"], 1001, "removed by hand: it comes back");
  assert.deepEqual(scene.child.signals, []);
  await world.clock.advance(10_000);
  world.table.start(311);
  world.putPython(311);
  await world.clock.advance(1_000);
  assert.deepEqual(scene.child.signals, ["SIGTERM"]);
  await world.clock.advance(5_000);
  assert.deepEqual(scene.child.signals, ["SIGTERM"], "once");
  world.table.end(1001);
  scene.child.finish(143, "SIGTERM");
  const { lostLock } = await result;
  assert.match(lostLock ?? "", /process 311/);
  assert.equal(world.record()?.["pid"], 311);
});

Deno.test("LockRun holds the lock until what the program left behind has ended", async () => {
  // Kills: a worker that outlives its launcher keeps the GPU without a lock (SAFETY L3).
  const scene = new Scene();
  const { clock, table } = scene.world;
  const result = scene.run.run("x", ["true"]);
  await scene.settle();
  table.start(2_000, { parentPid: 1001 });
  table.start(2_001, { parentPid: 2_000 });
  await clock.advance(100);
  table.end(1001);
  scene.child.finish(3);
  await scene.settle();
  await clock.advance(0);
  assert.equal(scene.world.record()?.["pid"], 2_000);
  table.start(2_002, { parentPid: 2_000 });
  await clock.advance(500);
  scene.child.receive("SIGTERM");
  await scene.settle();
  assert.deepEqual(
    table.signals.map(({ pid }) => pid).toSorted(),
    [2_000, 2_001, 2_002],
  );
  await clock.advance(1_000);
  assert.equal((await result).exitCode, 3);
  assert.equal(scene.world.record(), undefined);
});

Deno.test("LockRun never waits for, or signals, whoever has got a number of its tree", async () => {
  // Kills: a lock that is kept for a stranger; a TERM to them.
  const scene = new Scene();
  const { clock, table } = scene.world;
  const result = scene.run.run("x", ["true"]);
  await scene.settle();
  table.start(2_000, { parentPid: 1001 });
  await clock.advance(100);
  table.start(2_000, { parentPid: 1 });
  table.end(1001);
  scene.child.finish(0);
  assert.equal((await result).exitCode, 0);
  assert.deepEqual(table.signals, []);
});

Deno.test("LockRun under a shared or observed lock starts the program plainly", async () => {
  // Kills: a nested run that waits for a go that nobody may write.
  const scene = new Scene({ isObserver: true });
  scene.world.table.start(311);
  scene.world.putPython(311);
  const result = scene.run.run("x", ["prog", "arg"]);
  await scene.settle();
  assert.deepEqual(scene.child.args.slice(2), ["metal-guard", "prog", "arg"]);
  assert.deepEqual(scene.child.env, {});
  scene.world.table.end(1001);
  scene.child.finish(0);
  await result;
  assert.equal(scene.world.record()?.["pid"], 311);
});

Deno.test("LockRun ends the program and gives the lock back at whichever operation the disk fails", async () => {
  // Kills: a kernel's lock kept, or a stub left waiting, after a fault.
  const counting = new Scene();
  const whole = new FaultyFileStore(counting.world.store);
  const count = await operations(whole);
  assert.ok(count > 10, `${count}`);
  for (let at = 0; at < count; at++) {
    const scene = new Scene();
    await operations(
      new FaultyFileStore(scene.world.store, { at, problem: "other" }),
      scene,
    );
    scene.world.table.start(901);
    const next = await scene.world.process(901).taker.attempt(LOCK, "y");
    // A record that could not be taken away is of 900, which lives, and stays until it ends.
    const isLeft = scene.world.record()?.["pid"] === 900 ||
      scene.world.log.messages.some(({ text }) => text.includes("stays until"));
    assert.equal(next.kind, isLeft ? "conflict" : "had", whole.operations[at]);
  }

  async function operations(
    store: FaultyFileStore,
    scene: Scene = counting,
  ): Promise<number> {
    const { clock, log, table } = scene.world;
    const { lock, system } = scene.world.process(900, { store });
    const { foreground } = scene;
    const run = new LockRun({ clock, store, table, foreground, system, log }, {
      acquire: (label, more) => lock.acquire(label, more),
      path: LOCK,
    });
    const result = run.run("x", ["true"]).then(
      () => undefined,
      (error: unknown) => error,
    );
    await scene.settle();
    const [child] = foreground.started;
    if (child !== undefined) {
      table.end(child.pid);
      child.finish(0);
    }
    const error = await result;
    if (error !== undefined) {
      assert.equal(Reflect.get(Object(error), "name"), "FileError");
    }
    return store.operations.length;
  }
});
