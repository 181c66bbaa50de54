import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import { createRealLock } from "./lock_run_guard.ts";
import { lines } from "./lock_race.ts";

const GUARD = new URL("./lock_run_guard.ts", import.meta.url).pathname;
const table = createDenoProcessTable(createDenoChildProcesses());

/** A place for one lock, and for the mark that a program leaves when it has run. */
class Place implements AsyncDisposable {
  readonly folder: string;
  readonly lock: string;
  readonly mark: string;
  readonly #started: Deno.ChildProcess[] = [];
  readonly #pids = new Set<number>();

  constructor(folder: string) {
    this.folder = folder;
    this.lock = `${folder}/locks/gpu.lock`;
    this.mark = `${folder}/mark`;
  }

  static async make(): Promise<Place> {
    return new Place(await Deno.makeTempDir());
  }

  /** Starts a guard around a program that leaves its mark and stays. */
  start(step: string, script = 'echo ran >"$0"; exec sleep 600'): Guard {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-write",
        "--allow-env",
        "--allow-sys",
        "--allow-run",
        GUARD,
        this.lock,
        step,
        "/bin/sh",
        "-c",
        script,
        this.mark,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#started.push(child);
    return new Guard(child, (pid) => this.#pids.add(pid));
  }

  hasRun(): boolean {
    try {
      Deno.statSync(this.mark);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#started) await kill(child);
    for (const pid of this.#pids) {
      const reading = await table.read(pid);
      if (reading.kind === "alive") {
        await table.signal(reading.facts, "SIGKILL");
      }
    }
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function kill(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await child.status;
}

/** A guard and what it says. */
class Guard {
  readonly process: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #onChild: (pid: number) => void;
  childPid: number | undefined;

  constructor(process: Deno.ChildProcess, onChild: (pid: number) => void) {
    this.process = process;
    this.#lines = lines(process.stdout);
    this.#onChild = onChild;
  }

  /** Reads until it has said `words`, or all that it says. */
  async until(words?: string): Promise<void> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) break;
      if (value.startsWith("child ")) {
        this.childPid = Number(value.slice(6));
        this.#onChild(this.childPid);
      }
      if (value === words) return;
    }
    assert.equal(words, undefined, `the guard never said "${words}"`);
  }
}

async function isGone(pid: number): Promise<void> {
  for (let look = 0; look < 2_000; look++) {
    const { kind } = await table.read(pid);
    if (kind === "gone" || kind === "zombie") return;
  }
  assert.fail(`process ${pid} lives on`);
}

for (const step of ["locked", "started", "named"]) {
  Deno.test(`a guard that is killed when it is at "${step}" leaves no program running and no lock held`, async () => {
    // Kills: a program that starts although nobody guards it; a lock that stays with a dead guard.
    await using place = await Place.make();
    const guard = place.start(step);
    await guard.until();
    assert.equal((await guard.process.status).signal, "SIGKILL");
    const { lock } = createRealLock(place.lock);
    await using hold = await lock.acquire("next", { waitMs: 10_000 });
    assert.equal(hold.kind, "held");
    if (guard.childPid !== undefined) await isGone(guard.childPid);
    assert.equal(step !== "locked", guard.childPid !== undefined);
    assert.equal(place.hasRun(), false);
  });
}

/** Whether the program got to run, or ended with its guard before it could: both are right, and it is a race. */
async function runsOn(place: Place, pid: number): Promise<boolean> {
  for (;;) {
    if (place.hasRun()) return true;
    const { kind } = await table.read(pid);
    if (kind === "gone" || kind === "zombie") return place.hasRun();
  }
}

/** A program whose guard was killed when it had let it go. One that ended with its guard leaves the lock free. */
async function orphanedProgram(): Promise<
  { readonly place: Place; readonly pid: number }
> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const place = await Place.make();
    const guard = place.start("gone");
    await guard.until("step gone");
    await guard.process.status;
    const pid = guard.childPid;
    assert.ok(pid !== undefined);
    if (await runsOn(place, pid)) return { place, pid };
    await using _place = place;
    const { lock } = createRealLock(place.lock);
    await using hold = await lock.acquire("next", { waitMs: 10_000 });
    assert.equal(hold.kind, "held");
  }
  return assert.fail("the program never got to run");
}

Deno.test("a guard that is killed while its program runs leaves the lock with the program", async () => {
  // Kills: a second program on the GPU beside one whose guard has died; a lock stuck with a program that never ran.
  const { place, pid } = await orphanedProgram();
  await using _place = place;
  const { lock } = createRealLock(place.lock);
  for (let look = 0; look < 20; look++) {
    await assert.rejects(
      lock.acquire("next"),
      (error) => error instanceof LockHeldError && error.holder?.pid === pid,
    );
  }
  const before = await lock.read();
  assert.equal(before.state, "held");
  const reading = await table.read(pid);
  assert.ok(reading.kind === "alive");
  assert.equal(await table.signal(reading.facts, "SIGKILL"), "sent");
  await using hold = await lock.acquire("next", { waitMs: 10_000 });
  assert.equal(hold.kind, "held");
});

Deno.test("a guard that is killed when its program has ended leaves no lock held", async () => {
  // Kills: a lock that only the guard's own tidying up gives back.
  await using place = await Place.make();
  const guard = place.start("ended", 'echo ran >"$0"');
  await guard.until();
  assert.equal((await guard.process.status).signal, "SIGKILL");
  assert.ok(place.hasRun());
  const { lock } = createRealLock(place.lock);
  await using hold = await lock.acquire("next", { waitMs: 10_000 });
  assert.equal(hold.kind, "held");
});

Deno.test("in a back-off the lock is the guard's, and free once it is killed", async () => {
  // Kills: a second program on the GPU between two starts of a server; a lock stuck with a child that has ended.
  await using place = await Place.make();
  const guard = place.start("back-off");
  await guard.until("step back-off");
  const { lock } = createRealLock(place.lock);
  for (let look = 0; look < 20; look++) {
    await assert.rejects(
      lock.acquire("next"),
      (error) =>
        error instanceof LockHeldError &&
        error.holder?.pid === guard.process.pid,
    );
  }
  guard.process.kill("SIGKILL");
  await guard.process.status;
  await using hold = await lock.acquire("next", { waitMs: 10_000 });
  assert.equal(hold.kind, "held");
});

Deno.test("force on a program whose guard has died ends the program itself", async () => {
  // Kills: force that signals a dead guard's number, or waits for it for ever (SAFETY L7).
  const { place, pid } = await orphanedProgram();
  await using _place = place;
  const { lock } = createRealLock(place.lock);
  await using hold = await lock.acquire("next", { force: true });
  assert.equal(hold.kind, "held");
  await isGone(pid);
});

Deno.test("force on a program whose guard lives asks the guard, who ends it", async () => {
  // Kills: a program killed behind its guard's back; a lock taken while the program still lives.
  await using place = await Place.make();
  const guard = place.start("never");
  await guard.until("step gone");
  const pid = guard.childPid;
  assert.ok(pid !== undefined);
  assert.ok(await runsOn(place, pid), "the program never got to run");
  const { lock } = createRealLock(place.lock);
  await using hold = await lock.acquire("next", { force: true });
  assert.equal(hold.kind, "held");
  await isGone(pid);
  assert.equal((await guard.process.status).code, 143);
});

Deno.test("a guard that is killed at any moment never lets two programs run", async () => {
  // Kills: any gap between the steps that the tests above stop at.
  let kept = 0;
  for (let round = 0; round < 10; round++) {
    await using place = await Place.make();
    const guard = place.start("never");
    const reading = guard.until("step gone").catch(() => undefined);
    // From before it is there to after its program has started.
    await new Promise((done) => setTimeout(done, 60 + round * 25));
    guard.process.kill("SIGKILL");
    await guard.process.status;
    await reading;
    const { lock } = createRealLock(place.lock);
    const pid = guard.childPid;
    try {
      await using hold = await lock.acquire("next");
      assert.equal(hold.kind, "held");
      if (pid !== undefined) await isGone(pid);
      assert.equal(place.hasRun(), false, "the program ran beside us");
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      kept++;
      assert.ok(pid === undefined || error.holder?.pid === pid);
    }
  }
  assert.ok(kept < 10, "every round came too late to meet a gap");
});

Deno.test("what a program leaves running keeps the lock until it has ended", async () => {
  // Kills: a server that goes into the background and meets the next program on the GPU (SAFETY L3).
  await using place = await Place.make();
  const guard = place.start("never", 'sleep 600 & echo $! >"$0"; sleep 0.5');
  await guard.until("step gone");
  const child = guard.childPid;
  assert.ok(child !== undefined);
  await isGone(child);
  const left = Number(await Deno.readTextFile(place.mark));
  const { lock } = createRealLock(place.lock);
  while ((await lock.read()).holder?.pid !== left);
  await assert.rejects(lock.acquire("next"), LockHeldError);
  const reading = await table.read(left);
  assert.ok(reading.kind === "alive");
  await table.signal(reading.facts, "SIGKILL");
  await using hold = await lock.acquire("next", { waitMs: 10_000 });
  assert.equal(hold.kind, "held");
  assert.equal((await guard.process.status).code, 0);
});

Deno.test("what the program starts may share its lock", async () => {
  // Kills: a benchmark that waits for ever for the lock that its own guard holds (SAFETY L6).
  await using place = await Place.make();
  const inner = [
    Deno.execPath(),
    "run --no-prompt --allow-read --allow-write --allow-env --allow-sys --allow-run",
    GUARD,
    `'${place.lock}'`,
    "never /bin/sh -c 'exit 9'",
  ].join(" ");
  const guard = place.start("never", inner);
  await guard.until();
  assert.equal((await guard.process.status).code, 9);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  Deno.test(`a guard passes ${signal} on, and ends as its program does`, async () => {
    // Kills: a guard that ends and leaves its program running without it; a clean-up that is cut short.
    await using place = await Place.make();
    const name = signal.slice(3);
    const guard = place.start(
      "never",
      `trap 'kill $!; exit 5' ${name}; sleep 600 & echo ran >"$0"; wait`,
    );
    await guard.until("step gone");
    const pid = guard.childPid;
    assert.ok(pid !== undefined);
    assert.ok(await runsOn(place, pid), "the program never got to run");
    guard.process.kill(signal);
    assert.equal((await guard.process.status).code, 5);
    const { lock } = createRealLock(place.lock);
    assert.equal((await lock.read()).state, "free");
  });
}
