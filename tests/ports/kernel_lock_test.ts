import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { fileError } from "../../lib/adapters/deno/file_problem.ts";
import { FileError } from "../../lib/core/error.ts";
import type { FileStore, OpenFile } from "../../lib/ports/file_store.ts";
import {
  entryKind,
  tryKernelLock,
  tryTakeSideLock,
} from "../../lib/ports/kernel_lock.ts";
import { forwardingStore } from "../fakes/forwarding_store.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const PATH = "/locks/gpu.lock.flock";

function memory(): MemoryFileStore {
  return new MemoryFileStore().putFolder("/locks");
}

Deno.test("tryKernelLock() is taken once, and again when it was given back", () => {
  // Kills: a second holder; a lock that stays when its holder gives it back; a side file that is unlinked (L1).
  const store = memory();
  const first = tryKernelLock(store, PATH);
  assert.ok(first.kind === "taken");
  assert.equal(tryKernelLock(store, PATH).kind, "busy");
  first.file[Symbol.dispose]();
  assert.equal(store.text(PATH), "");
  assert.equal(tryKernelLock(store, PATH).kind, "taken");
});

Deno.test("tryKernelLock() on a real disk is one file's, in one process as in two", async () => {
  // Kills: a lock of the process, under which two threads of one both hold.
  const folder = await Deno.makeTempDir();
  try {
    const store = createDenoFileStore();
    const first = tryKernelLock(store, `${folder}/l.flock`);
    assert.ok(first.kind === "taken");
    assert.equal(tryKernelLock(store, `${folder}/l.flock`).kind, "busy");
    first.file[Symbol.dispose]();
    const again = tryKernelLock(store, `${folder}/l.flock`);
    assert.ok(again.kind === "taken");
    again.file[Symbol.dispose]();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A store that does something each time a file is about to be locked. */
function meddled(
  inner: MemoryFileStore,
  onLock: (path: string) => void,
): FileStore {
  return {
    list: (path) => inner.list(path),
    stat: (path) => inner.stat(path),
    readHead: (path, bytes) => inner.readHead(path, bytes),
    readTail: (path, bytes) => inner.readTail(path, bytes),
    makeFolder: (path) => inner.makeFolder(path),
    rename: (from, to) => inner.rename(from, to),
    link: (from, to) => inner.link(from, to),
    remove: (path) => inner.remove(path),
    chown: (path, user, group) => inner.chown(path, user, group),
    syncFolder: (path) => inner.syncFolder(path),
    open(path, options): OpenFile {
      const file = inner.open(path, options);
      return {
        write: (bytes) => file.write(bytes),
        lastByte: () => file.lastByte(),
        sizeBytes: () => file.sizeBytes(),
        identity: () => file.identity(),
        sync: () => file.sync(),
        tryLock: (): boolean => {
          onLock(path);
          return file.tryLock();
        },
        [Symbol.dispose]: () => file[Symbol.dispose](),
      };
    },
  };
}

Deno.test("tryKernelLock() never counts a lock on a file that has lost its name", () => {
  // Kills: somebody tidies up the side file, and two processes each lock a file of their own (L1).
  const inner = memory();
  let meddling = 1;
  const store = meddled(inner, (path) => {
    if (meddling-- > 0) inner.remove(path);
  });
  const lock = tryKernelLock(store, PATH);
  assert.ok(lock.kind === "taken");
  assert.equal(tryKernelLock(inner, PATH).kind, "busy");
  const always = meddled(memory(), () => {});
  const removed = meddled(inner, (path) => inner.remove(path));
  assert.equal(tryKernelLock(always, PATH).kind, "taken");
  assert.equal(tryKernelLock(removed, PATH).kind, "busy");
});

Deno.test("tryKernelLock() says so where a disk has no such locks", () => {
  // Kills: a network home on which nobody can ever start (SAFETY I3).
  const store = meddled(memory(), (path) => {
    throw fileError("other", "lock", path, new Error("not supported"));
  });
  const lock = tryKernelLock(store, PATH);
  assert.ok(lock.kind === "unsupported");
  assert.match(lock.message, /not supported/);
});

Deno.test("tryKernelLock() opens no link, folder or FIFO", () => {
  // Kills: a link that makes us create a file somewhere else; a FIFO that hangs for ever.
  const cases: readonly ((store: MemoryFileStore) => void)[] = [
    (store) => store.putLink(PATH, "/etc/elsewhere"),
    (store) => store.putFolder(PATH),
    (store) => store.putOther(PATH),
  ];
  for (const put of cases) {
    const store = memory();
    put(store);
    assert.throws(
      () => tryKernelLock(store, PATH),
      (error) => error instanceof FileError && error.problem === "not-a-file",
    );
    assert.deepEqual(store.opened, []);
    assert.equal(store.text("/etc/elsewhere"), undefined);
  }
});

Deno.test("entryKind() knows links, and looks at the name where the folder may not be listed", () => {
  // Kills: a link taken for its target; a folder that may not be listed taken for an empty one.
  const store = memory().put("/locks/a", "").putLink("/locks/b", "/locks/a");
  assert.equal(entryKind(store, "/locks/a"), "file");
  assert.equal(entryKind(store, "/locks/b"), "link");
  assert.equal(entryKind(store, "/locks/c"), "absent");
  assert.equal(entryKind(store, "/nowhere/c"), "absent");
  assert.throws(() => entryKind(store, "/locks/a/c"), FileError);
  const closed = memory().put("/shut/a", "");
  closed.putFolder("/shut", { mode: 0o711, userId: 0 });
  assert.equal(entryKind(closed, "/shut/a"), "file");
  assert.equal(entryKind(closed, "/shut/z"), "absent");
  closed.putFolder("/shut", { mode: 0o700, userId: 0 });
  assert.throws(() => entryKind(closed, "/shut/a"), FileError);
});

async function withEach(
  use: (store: FileStore, path: string) => void,
): Promise<void> {
  use(new MemoryFileStore().putFolder("/s"), "/s/new/cadence.json");
  const folder = await Deno.makeTempDir();
  try {
    use(createDenoFileStore(), `${folder}/new/cadence.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("tryTakeSideLock() gives one lock at a time, and gives it again once it is let go", async () => {
  // Kills: two holders; a lock that outlives its block; a side file unlinked, on which the next one locks nothing.
  await withEach((store, path) => {
    {
      using first = tryTakeSideLock(store, path);
      assert.notEqual(first, undefined);
      assert.equal(tryTakeSideLock(store, path), undefined);
    }
    using second = tryTakeSideLock(store, path);
    assert.notEqual(second, undefined);
    assert.equal(store.stat(`${path}.flock`).kind, "file");
  });
});

Deno.test("a side file that was unlinked is no lock", async () => {
  // Kills: two holders, one on the old file and one on the new.
  await withEach((store, path) => {
    using first = tryTakeSideLock(store, path);
    assert.notEqual(first, undefined);
    store.remove(`${path}.flock`);
    using second = tryTakeSideLock(store, path);
    assert.notEqual(second, undefined, "a new file, a new lock");
  });
  const store = new MemoryFileStore().putFolder("/s");
  const unlinking = forwardingStore(store, {
    open(path, options): OpenFile {
      const file = store.open(path, options);
      store.remove(path);
      return file;
    },
  });
  assert.equal(tryTakeSideLock(unlinking, "/s/a"), undefined);
});

Deno.test("what is no regular file is never opened", () => {
  // Kills: a FIFO that blocks the program for ever.
  const store = new MemoryFileStore().putFolder("/s").putOther("/s/a.flock");
  assert.throws(
    () => tryTakeSideLock(store, "/s/a"),
    (error) => error instanceof FileError && error.problem === "not-a-file",
  );
  assert.deepEqual(store.opened, []);
});

Deno.test("a side file made by root is given to the home's owner", () => {
  // Kills: a lock that its user can never take again after one `sudo` (SAFETY H4).
  const store = new MemoryFileStore({ userId: 0 }).putFolder("/s");
  const owner = { userId: 501, groupId: 20 };
  using lock = tryTakeSideLock(store, "/s/new/a", { owner });
  assert.notEqual(lock, undefined);
  for (const path of ["/s/new", "/s/new/a.flock"]) {
    assert.equal(store.stat(path).userId, 501, path);
  }
});

Deno.test("tryTakeSideLock() on a disk without such locks is an error, not a lock", () => {
  // Kills: a step that two processes take at once on a network folder.
  const store = meddled(memory(), (path) => {
    throw fileError("other", "lock", path, new Error("not supported"));
  });
  assert.throws(() => tryTakeSideLock(store, "/locks/a"), FileError);
});
