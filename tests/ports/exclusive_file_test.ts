import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import {
  createFile,
  removeIfText,
  setAsideUnless,
  temporaryPath,
} from "../../lib/ports/exclusive_file.ts";
import { FaultyFileStore } from "../fakes/faulty_file_store.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const PATH = "/locks/gpu.lock";
const TOKEN = { token: "0a1b2c3d" };

function memory(): MemoryFileStore {
  return new MemoryFileStore().putFolder("/locks");
}

function names(store: MemoryFileStore): readonly string[] {
  return store.list("/locks").map((entry) => entry.name).toSorted();
}

Deno.test("createFile() makes a file whole or not at all, and never over another one", () => {
  // Kills: a record written over that of a process that came first; one half written; what is in between left behind.
  const store = memory();
  assert.equal(createFile(store, PATH, "ours", TOKEN), true);
  assert.equal(createFile(store, PATH, "theirs", TOKEN), false);
  assert.equal(store.text(PATH), "ours");
  assert.equal(store.mode(PATH), 0o600);
  assert.deepEqual(names(store), ["gpu.lock"]);
  store.remove(PATH);
  store.putLink(PATH, "/elsewhere");
  assert.equal(createFile(store, PATH, "theirs", TOKEN), false);
  assert.equal(store.text("/elsewhere"), undefined);
});

Deno.test("createFile() has the file on the disk before anybody sees it, and cleans up after each fault", () => {
  // Kills: a record that a crash leaves empty; a temporary file for each failed try.
  const whole = new FaultyFileStore(memory());
  createFile(whole, PATH, "ours", TOKEN);
  const temporary = temporaryPath(PATH, TOKEN.token);
  assert.deepEqual(whole.operations, [
    `open ${temporary}`,
    `write ${temporary}`,
    `sync ${temporary}`,
    `link to ${PATH}`,
    `remove ${temporary}`,
    "sync the folder /locks",
  ]);
  for (const at of [0, 1, 2, 3, 5]) {
    const inner = memory();
    const store = new FaultyFileStore(inner, { at, problem: "disk-full" });
    assert.throws(() => createFile(store, PATH, "ours", TOKEN), FileError);
    assert.deepEqual(names(inner), [], `fault ${at}`);
  }
});

Deno.test("removeIfText() removes what was judged, and puts back what was not", () => {
  // Kills: a living holder's record taken away because a dead one's was judged a moment before.
  const store = memory().put(PATH, "dead");
  assert.equal(removeIfText(store, PATH, "dead", TOKEN), true);
  assert.deepEqual(names(store), []);
  assert.equal(removeIfText(store, PATH, "dead", TOKEN), true);
  store.put(PATH, "alive");
  assert.equal(removeIfText(store, PATH, "dead", TOKEN), false);
  assert.equal(store.text(PATH), "alive");
  assert.deepEqual(names(store), ["gpu.lock"]);
});

Deno.test("setAsideUnless() keeps what is damaged, and gives back what was only slow", () => {
  // Kills: a record that its writer finishes in the moment in which it is moved, lost (SAFETY L4).
  const store = memory().put(PATH, "{half");
  const identity = (): string => store.stat(PATH).identity;
  const what = { epochSeconds: 100, isWhole: (): boolean => false };
  const aside = setAsideUnless(store, PATH, { ...what, identity: identity() });
  assert.equal(aside, `${PATH}.corrupt-100`);
  assert.equal(store.text(`${PATH}.corrupt-100`), "{half");
  store.put(PATH, "{whole}");
  const back = setAsideUnless(store, PATH, {
    ...what,
    identity: identity(),
    isWhole: (path) => store.text(path) === "{whole}",
  });
  assert.equal(back, undefined);
  assert.equal(store.text(PATH), "{whole}");
  const other = setAsideUnless(store, PATH, { ...what, identity: "other" });
  assert.equal(other, undefined);
  assert.equal(store.text(PATH), "{whole}");
  store.remove(PATH);
  const gone = setAsideUnless(store, PATH, { ...what, identity: "other" });
  assert.equal(gone, undefined);
});
