import assert from "node:assert/strict";
import {
  ensureFolder,
  folderOf,
  nameOf,
  ownerToGive,
} from "../../lib/ports/state_folder.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

Deno.test("ownerToGive() gives to a home's owner only what root makes there", () => {
  // Kills: root's files in a user's home, which the user can never replace; a chown in root's own home.
  const store = new MemoryFileStore().putFolder("/home/u", {
    userId: 501,
    groupId: 20,
  }).putFolder("/root", { userId: 0, groupId: 0 });
  const home = store.stat("/home/u");
  assert.deepEqual(ownerToGive(home, 0), { userId: 501, groupId: 20 });
  assert.equal(ownerToGive(home, 501), undefined);
  assert.equal(ownerToGive(home, 502), undefined);
  assert.equal(ownerToGive(home, undefined), undefined);
  assert.equal(ownerToGive(store.stat("/root"), 0), undefined);
  assert.equal(ownerToGive({ ...home, userId: undefined }, 0), undefined);
});

Deno.test("folderOf() and nameOf() take a path apart at its last slash", () => {
  // Kills: an empty folder for a file in `/`, which is then the current one.
  const paths = [
    ["/a/b.json", "/a", "b.json"],
    ["/b.json", "/", "b.json"],
    ["b.json", ".", "b.json"],
    ["./logs/x.log", "./logs", "x.log"],
  ] as const;
  for (const [path, folder, name] of paths) {
    assert.equal(folderOf(path), folder);
    assert.equal(nameOf(path), name);
  }
});

Deno.test("ensureFolder() gives away what it makes, and nothing that was there", () => {
  // Kills: a recursive make that leaves the folders in between to root.
  const store = new MemoryFileStore({ userId: 0 })
    .putFolder("/home/u", { userId: 501, groupId: 20 });
  ensureFolder(store, "/home/u/.cache/metal-guard", {
    userId: 501,
    groupId: 20,
  });
  const owners = ["/home", "/home/u/.cache", "/home/u/.cache/metal-guard"]
    .map((path) => store.stat(path).userId);
  assert.deepEqual(owners, [0, 501, 501]);
  assert.equal(store.mode("/home/u/.cache/metal-guard"), 0o700);
});

Deno.test("ensureFolder() says what stands in the way", () => {
  // Kills: an endless walk upwards; a home that is a file reported as absent.
  const store = new MemoryFileStore().put("/home/u", "a file");
  assert.throws(() => ensureFolder(store, "/home/u/.cache/x"), {
    problem: "not-a-folder",
  });
  assert.throws(() => ensureFolder(store, "/elsewhere/x"), {
    problem: "denied",
  });
});
