import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { FileError } from "../../lib/core/error.ts";
import { tryTakeSideLock } from "../../lib/ports/side_lock.ts";
import type { FileStore, OpenFile } from "../../lib/ports/file_store.ts";
import { forwardingStore } from "../fakes/forwarding_store.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

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
