/** What may lie where the lock's record should be, on a real disk and among real processes. */
import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import { command, IS_ROOT, OTHER_USER } from "../cli_place.ts";
import { RealState } from "../real_state.ts";
import { createRealLock } from "./lock_run_guard.ts";

/** Longer than a damaged record counts as one that is being written (SAFETY L4). */
const OLD_MS = 31_000;
const FOLDER_MODE = 0o700;

/** A record that nobody living is in. */
const DEAD = JSON.stringify({
  pid: 2 ** 22 + 1,
  label: "dead",
  "started_at": "2026-01-01T00:00:00Z",
  cmdline: "-c",
});

function placeWith(): RealState {
  const place = new RealState();
  const folder = place.lock.slice(0, place.lock.lastIndexOf("/"));
  Deno.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  return place;
}

/** Everything in the lock's folder but its side file. */
function names(place: RealState): readonly string[] {
  const folder = place.lock.slice(0, place.lock.lastIndexOf("/"));
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !name.endsWith(".flock")).sort();
}

/** Neither taken, forced nor released, and told in words that name the path or what is wrong there. */
async function assertRefused(
  place: RealState,
  words: RegExp,
  aheadMs = OLD_MS,
): Promise<void> {
  const before = names(place);
  const { lock } = createRealLock(place.lock, { aheadMs });
  const tries = [
    (): Promise<unknown> => lock.acquire("x"),
    (): Promise<unknown> => lock.acquire("x", { force: true }),
    (): Promise<unknown> => lock.release(),
    (): Promise<unknown> => lock.release({ force: true }),
  ];
  for (const one of tries) {
    await assert.rejects(one(), (error) => {
      assert.ok(error instanceof LockHeldError || error instanceof FileError);
      assert.match(error.message, words);
      return true;
    });
    assert.deepEqual(names(place), before);
  }
}

Deno.test("a folder where the lock's record should be is left as it is, and told", async () => {
  // Kills: a folder that is removed, or an error without a path.
  using place = placeWith();
  Deno.mkdirSync(`${place.lock}/inner`, { recursive: true });
  await assertRefused(place, /mlx_exclusive\.lock is a folder/);
  assert.ok(Deno.statSync(`${place.lock}/inner`).isDirectory);
});

Deno.test("a link where the lock's record should be is neither followed nor removed", async () => {
  // Kills: a record somewhere else that is written over, removed, or believed.
  using place = placeWith();
  const elsewhere = `${place.home}/elsewhere`;
  Deno.writeTextFileSync(elsewhere, DEAD);
  Deno.symlinkSync(elsewhere, place.lock);
  await assertRefused(place, /mlx_exclusive\.lock is a link/);
  assert.equal(Deno.readTextFileSync(elsewhere), DEAD);
  assert.equal(Deno.readLinkSync(place.lock), elsewhere);
});

Deno.test("a link where the lock's side file should be is not followed", async () => {
  // Kills: a lock on a file of somebody else's choice, which excludes nobody.
  using place = placeWith();
  const elsewhere = `${place.home}/elsewhere`;
  Deno.symlinkSync(elsewhere, `${place.lock}.flock`);
  const { lock } = createRealLock(place.lock);
  await assert.rejects(lock.acquire("x"), (error) => {
    assert.ok(error instanceof FileError);
    assert.match(error.message, /mlx_exclusive\.lock\.flock: it is a link/);
    return true;
  });
  assert.throws(() => Deno.statSync(elsewhere), Deno.errors.NotFound);
  assert.deepEqual(names(place), []);
});

Deno.test("a record of somebody else's is not taken away, also where its holder is dead", async () => {
  // Kills: in a folder that many may write to, a file of another user's unlinked because of what it says.
  using place = placeWith();
  Deno.writeTextFileSync(place.lock, DEAD);
  if (IS_ROOT) {
    command("chown", `${OTHER_USER}`, place.lock);
    await assertRefused(place, /belongs to somebody else/);
    assert.equal(Deno.readTextFileSync(place.lock), DEAD);
    return;
  }
  // Nobody but root can give a file away; a file of root's in root's folder is one all the same.
  const { lock } = createRealLock("/etc/passwd");
  const before = Deno.readTextFileSync("/etc/passwd");
  await assert.rejects(lock.acquire("x"), FileError);
  assert.equal(Deno.readTextFileSync("/etc/passwd"), before);
});

for (
  const [what, make] of [
    ["10 MB of zeros", (): Uint8Array => new Uint8Array(10e6)],
    [
      "10 MB that begin like a record",
      (): Uint8Array =>
        new TextEncoder().encode(
          `${DEAD.slice(0, -1)}, "x": "${"y".repeat(10e6)}"}`,
        ),
    ],
    ["garbage", (): Uint8Array => new TextEncoder().encode("\u001b[2J{]")],
    ["empty", (): Uint8Array => new Uint8Array()],
    [
      "half a record",
      (): Uint8Array => new TextEncoder().encode(DEAD.slice(0, 40)),
    ],
  ] as const
) {
  Deno.test(`a record that is ${what} is held by somebody unknown for 30 s, then kept aside`, async () => {
    // Kills: a record that is just being written thrown away; evidence that is deleted; 10 MB read into memory.
    using place = placeWith();
    Deno.writeFileSync(place.lock, make());
    const { lock } = createRealLock(place.lock);
    assert.equal((await lock.read()).state, "unknown-held");
    await assertRefused(place, /30 s have not passed|nobody can be named/, 0);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch((await lock.read()).reason, /[\u0000-\u001f]/);
    {
      const later = createRealLock(place.lock, { aheadMs: OLD_MS });
      await using hold = await later.lock.acquire("x");
      assert.equal(hold.kind, "held");
      const aside = names(place).filter((name) => name.includes(".corrupt-"));
      assert.equal(aside.length, 1);
      const folder = place.lock.slice(0, place.lock.lastIndexOf("/"));
      assert.deepEqual(Deno.readFileSync(`${folder}/${aside[0]}`), make());
    }
    assert.equal(names(place).includes("mlx_exclusive.lock"), false);
  });
}

/** A program that is no holder of anything. */
class Bystander implements AsyncDisposable {
  readonly child = new Deno.Command("/bin/sleep", { args: ["600"] }).spawn();

  async isAlive(): Promise<boolean> {
    const status = this.child.status;
    const pause = new Promise<"alive">((done) =>
      setTimeout(() => done("alive"), 100)
    );
    return await Promise.race([status, pause]) === "alive";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.child.status;
  }
}

function recordOf(
  pid: number,
  more: Readonly<Record<string, unknown>>,
): string {
  const record = JSON.parse(DEAD);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return JSON.stringify({ ...record, pid, "started_at": now, ...more });
}

Deno.test("force signals nobody who is not proved to be the holder", async () => {
  // Kills: SIGTERM to whoever has the number in a record that anybody can write.
  await using bystander = new Bystander();
  const { pid } = bystander.child;
  const lies: Readonly<Record<string, string>> = {
    "no Python, and no start": recordOf(pid, {}),
    "a start of another kind": recordOf(pid, {
      "start_token": "ps:Mon Nov 23 11:00:00 2026",
    }),
    "written before the machine started": recordOf(pid, {
      "started_at": "2020-01-01T00:00:00Z",
    }),
    "a guard that is no guard": recordOf(pid, {
      "guard_pid": pid,
      "guard_start_token": "proc:1@00000000",
    }),
    "another machine's": recordOf(pid, { host: "elsewhere" }),
  };
  for (const [what, text] of Object.entries(lies)) {
    using place = placeWith();
    Deno.writeTextFileSync(place.lock, text);
    const { lock } = createRealLock(place.lock);
    await assert.rejects(
      lock.acquire("x", { force: true }),
      LockHeldError,
      what,
    );
    assert.equal(Deno.readTextFileSync(place.lock), text, what);
    assert.ok(await bystander.isAlive(), what);
  }
});

Deno.test("force does not signal a number that another process has by now, nor ourselves, nor who started us", async () => {
  // Kills: a recycled number that is signalled; a guard that ends itself or the shell it was typed in.
  await using bystander = new Bystander();
  using place = placeWith();
  const { pid } = bystander.child;
  const host = { "start_token": "proc:1@00000000" };
  Deno.writeTextFileSync(place.lock, recordOf(pid, host));
  const { lock } = createRealLock(place.lock);
  {
    // It is no holder any more, so there is nobody to signal.
    await using hold = await lock.acquire("x", { force: true });
    assert.equal(hold.kind, "held");
  }
  assert.ok(await bystander.isAlive());
  Deno.writeTextFileSync(place.lock, recordOf(Deno.ppid, {}));
  await assert.rejects(lock.acquire("x", { force: true }), LockHeldError);
  Deno.writeTextFileSync(place.lock, recordOf(Deno.pid, {}));
  await using hold = await lock.acquire("x", { force: true });
  assert.equal(hold.kind, "held");
});
