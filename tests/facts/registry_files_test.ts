import assert from "node:assert/strict";
import { readRegistryFiles } from "../../lib/facts/registry_files.ts";
import { World } from "../fakes/world.ts";

function worldWith(paths: readonly string[]): World {
  const world = new World();
  world.store.putFolder("/r").putFolder("/r/models").putFolder("/r/.git");
  for (const path of paths) world.store.put(path, "{}");
  return world;
}

Deno.test("readRegistryFiles() takes data files of a folder and of those below, sorted, and no generated ones", () => {
  // Kills: an entry that is overlooked; registry.json taken for an entry.
  const { store } = worldWith([
    "/r/b.jsonc",
    "/r/a.json",
    "/r/models/m.jsonc",
    "/r/registry.json",
    "/r/failures.json",
    "/r/model.schema.json",
    "/r/notes.md",
    "/r/.hidden.jsonc",
    "/r/.git/x.json",
  ]);
  const { files, problems } = readRegistryFiles(store, ["/r/"]);
  assert.deepEqual(files.map((file) => file.path), [
    "/r/a.json",
    "/r/b.jsonc",
    "/r/models/m.jsonc",
  ]);
  assert.deepEqual(problems, []);
});

Deno.test("readRegistryFiles() takes a named file whatever it is called", () => {
  // Kills: a file that somebody names and that is passed over for its ending.
  const { store } = worldWith(["/r/registry.json"]);
  const { files } = readRegistryFiles(store, ["/r/registry.json"]);
  assert.equal(files.length, 1);
});

Deno.test("readRegistryFiles() fails closed: what cannot be read is a problem at its path", () => {
  // Kills: "valid" out of a file that was never seen.
  const world = worldWith([]);
  world.store.put("/r/denied.jsonc", "{}", { mode: 0, userId: 0 });
  world.store.putOther("/r/pipe.jsonc");
  const { files, problems } = readRegistryFiles(world.store, [
    "/r",
    "/absent.jsonc",
  ]);
  assert.deepEqual(files, []);
  assert.deepEqual(
    problems.map((one) => [one.file, one.rule]).sort(),
    [["/absent.jsonc", "unreadable"], ["/r/denied.jsonc", "unreadable"], [
      "/r/pipe.jsonc",
      "unreadable",
    ]],
  );
});

Deno.test("readRegistryFiles() reads no more of a file than shows that it is too large", () => {
  // Kills: a log of gigabytes in memory.
  const world = worldWith([]);
  world.store.put("/r/huge.jsonc", new Uint8Array(2 * 1024 * 1024));
  const [file] = readRegistryFiles(world.store, ["/r"]).files;
  assert.equal(file?.bytes.length, 512 * 1024 + 1);
});
