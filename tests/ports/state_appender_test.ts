import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { appendLine, rotateIfLarge } from "../../lib/ports/state_writer.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const FOLDER = "/home/u/state";
const LOG = `${FOLDER}/crumbs.log`;
const LOCK = `${LOG}.flock`;
const AT_ONCE = { wait: (): void => {} };

function disk(): MemoryFileStore {
  return new MemoryFileStore().putFolder(FOLDER);
}

Deno.test("appendLine() ends a torn line first, and only that", () => {
  // Kills: two lines in one after a crash; an empty line after each whole one.
  const cases = [
    [undefined, "new\n"],
    ["", "new\n"],
    ["old\n", "old\nnew\n"],
    ["old\nto", "old\nto\nnew\n"],
  ] as const;
  for (const [before, after] of cases) {
    const store = disk();
    if (before !== undefined) store.put(LOG, before);
    assert.deepEqual(appendLine(store, LOG, "new", AT_ONCE), { locked: true });
    assert.equal(store.text(LOG), after);
  }
});

Deno.test("appendLine() writes a line at once, synced, and one line only", () => {
  // Kills: two writes, between which another process adds its own; a text that forges a second record.
  const store = disk().put(LOCK, "").put(LOG, "torn");
  const kinds: string[] = [];
  store.onEffect = ({ kind }) => kinds.push(kind);
  appendLine(store, LOG, "a\r\nb\nc", AT_ONCE);
  assert.deepEqual(kinds, ["write", "sync"]);
  assert.equal(store.text(LOG), "torn\na  b c\n");
});

Deno.test("appendLine() that shall not wait writes as it always does, and syncs neither file nor folder", () => {
  // Kills: a line that is lost with its process, or a wait that was not asked for.
  const store = disk().put(LOCK, "");
  const kinds: string[] = [];
  store.onEffect = ({ kind }) => kinds.push(kind);
  appendLine(store, LOG, "a", { ...AT_ONCE, sync: false });
  assert.ok(!kinds.some((kind) => kind.startsWith("sync")), kinds.join());
  assert.equal(store.text(LOG), "a\n");
});

Deno.test("appendLine() does not take a line that is still being written for a torn one", () => {
  // Kills: an empty line for each write of another process that is seen half done.
  const store = disk().put(LOG, "half");
  const waits: number[] = [];
  appendLine(store, LOG, "new", {
    wait: (ms) => {
      waits.push(ms);
      using other = store.open(LOG, { how: "append", mode: 0o600 });
      other.write(new TextEncoder().encode(" and the rest\n"));
    },
  });
  assert.equal(store.text(LOG), "half and the rest\nnew\n");
  assert.deepEqual(waits, [5]);
});

Deno.test("appendLine() makes log, lock and folder for their owner alone", () => {
  // Kills: a readable trace of what was running; files of root in somebody's home.
  const owner = { userId: 501, groupId: 20 };
  const store = new MemoryFileStore({ userId: 0 }).putFolder("/home/u", owner);
  appendLine(store, LOG, "x", { owner });
  for (const path of [FOLDER, LOG, LOCK]) {
    assert.equal(store.stat(path).userId, 501, path);
  }
  assert.equal(store.mode(LOG), 0o600);
  assert.equal(store.mode(LOCK), 0o600);
  store.put("/home/u/roots.log", "", { userId: 0 });
  appendLine(store, "/home/u/roots.log", "x", { owner });
  assert.equal(store.stat("/home/u/roots.log").userId, 0);
});

Deno.test("appendLine() waits for the lock, and at most 250 ms", () => {
  // Kills: a wait without end for a stopped process; a line that is dropped because of it.
  const store = disk();
  const holder = store.open(LOCK, { how: "append", mode: 0o600 });
  assert.ok(holder.tryLock());
  const waits: number[] = [];
  const wait = (ms: number): void => void waits.push(ms);
  assert.deepEqual(appendLine(store, LOG, "late", { wait }), { locked: false });
  assert.equal(waits.reduce((sum, ms) => sum + ms, 0), 250);
  assert.ok(waits.every((ms) => ms > 0 && ms <= 10));
  const freed = appendLine(store, LOG, "in time", {
    wait: () => holder[Symbol.dispose](),
  });
  assert.deepEqual(freed, { locked: true });
  assert.equal(store.text(LOG), "late\nin time\n");
});

Deno.test("appendLine() does without the lock where it cannot be had", () => {
  // Kills: no breadcrumb at all in a folder that may not be written, or beside a FIFO named like the lock.
  const closed = disk().put(LOG, "").putFolder(FOLDER, { mode: 0o500 });
  assert.deepEqual(appendLine(closed, LOG, "x"), { locked: false });
  const fifo = disk().putOther(LOCK);
  assert.deepEqual(appendLine(fifo, LOG, "x"), { locked: false });
  assert.ok(!fifo.opened.includes(LOCK));
});

Deno.test("a lock on a side file that was removed counts for nothing", () => {
  // Kills: two holders after somebody tidied up: one of the old file, one of the new.
  const store = disk();
  const options = {
    wait: (): void => {
      throw new Error("nobody holds it");
    },
  };
  const realOpen = store.open.bind(store);
  let isFirst = true;
  store.open = (path, how) => {
    const file = realOpen(path, how);
    if (path === LOCK && isFirst) {
      isFirst = false;
      store.remove(LOCK);
      store.put(LOCK, "");
    }
    return file;
  };
  assert.throws(() => appendLine(store, LOG, "x", options), /nobody holds it/);
  assert.deepEqual(appendLine(store, LOG, "x", AT_ONCE), { locked: true });
});

Deno.test("appendLine() refuses what is no file, and reports a full disk", () => {
  // Kills: lines that vanish in a FIFO; a loss that nobody hears of.
  const fifo = disk().putOther(LOG);
  assert.throws(() => appendLine(fifo, LOG, "x"), { problem: "not-a-file" });
  const full = disk().put(LOCK, "").put(LOG, "old\n");
  full.freeBytes = 3;
  assert.throws(() => appendLine(full, LOG, "12345"), { problem: "disk-full" });
  full.freeBytes = Infinity;
  appendLine(full, LOG, "next", AT_ONCE);
  assert.equal(full.text(LOG), "old\n123\nnext\n");
});

Deno.test("rotateIfLarge() moves at the limit, keeps what it should and drops the oldest", () => {
  // Kills: `>` instead of `>=`; a hole in the numbers; one file more or less than wanted.
  const store = disk();
  assert.equal(rotateIfLarge(store, LOG, 1, 3), false);
  store.put(LOG, "1234");
  assert.equal(rotateIfLarge(store, LOG, 5, 3), false);
  assert.equal(rotateIfLarge(store, LOG, 4, 3), true);
  for (const text of ["b", "c", "d"]) {
    store.put(LOG, text);
    assert.equal(rotateIfLarge(store, LOG, 1, 3), true);
  }
  assert.deepEqual(
    [LOG, `${LOG}.1`, `${LOG}.2`, `${LOG}.3`, `${LOG}.4`]
      .map((path) => store.text(path)),
    [undefined, "d", "c", "b", undefined],
  );
});

Deno.test("rotateIfLarge() looks again once it has the lock, and does nothing without it", () => {
  // Kills: two processes that both see a large log, of which the second one moves an almost empty one.
  const store = disk().put(LOG, "large");
  const holder = store.open(LOCK, { how: "append", mode: 0o600 });
  assert.ok(holder.tryLock());
  const busy = rotateIfLarge(store, LOG, 5, 3, { wait: () => undefined });
  assert.equal(busy, false);
  assert.equal(store.text(LOG), "large");
  const second = rotateIfLarge(store, LOG, 5, 3, {
    wait: () => {
      store.rename(LOG, `${LOG}.1`);
      store.put(LOG, "new");
      holder[Symbol.dispose]();
    },
  });
  assert.equal(second, false);
  assert.equal(store.text(LOG), "new");
  assert.equal(store.text(`${LOG}.1`), "large");
});

Deno.test("a process that has the log open while it is rotated loses nothing", async () => {
  // Kills: a rotation by copy and truncate.
  const folder = await Deno.makeTempDir();
  try {
    const store = createDenoFileStore();
    const path = `${folder}/crumbs.log`;
    appendLine(store, path, "first");
    {
      using slow = store.open(path, { how: "append", mode: 0o600 });
      assert.equal(rotateIfLarge(store, path, 1, 3), true);
      slow.write(new TextEncoder().encode("second\n"));
    }
    appendLine(store, path, "third");
    assert.equal(await Deno.readTextFile(`${path}.1`), "first\nsecond\n");
    assert.equal(await Deno.readTextFile(path), "third\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
