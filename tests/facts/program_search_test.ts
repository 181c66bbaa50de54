import assert from "node:assert/strict";
import { findOnPath } from "../../lib/facts/program_search.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

Deno.test("findOnPath() takes the first file, not a folder, and nothing of the current folder", () => {
  // Kills: a folder named python3; an empty part of PATH that means "here".
  const store = new MemoryFileStore().putFolder("/a/python3")
    .put("/b/python3", "").put("/c/python3", "").put("/python3", "");
  assert.equal(findOnPath(store, "python3", "/none:/a::/b/:/c"), "/b/python3");
  assert.equal(findOnPath(store, "python3", "/none:"), undefined);
  assert.equal(findOnPath(store, "python3", ""), undefined);
});
