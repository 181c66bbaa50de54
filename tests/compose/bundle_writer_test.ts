import assert from "node:assert/strict";
import { openBundle } from "../../lib/compose/bundle_writer.ts";
import { decodeBundle } from "../../lib/parse/state/bundle_file.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

function open(store: MemoryFileStore): ReturnType<typeof openBundle> {
  return openBundle({
    store,
    clock: new FakeClock("2026-11-23T12:00:00Z"),
    folder: "/b",
    owner: undefined,
    version: "1.2.3",
    isRedacted: true,
    redact: (text) => text.replaceAll("ada", "[user]"),
    planned: ["index.md"],
  });
}

Deno.test("the list owns planned files before they are written, so that a kill in between leaves none without an owner", () => {
  // Kills: a second run that moves the first one's files aside after a kill −9.
  const store = new MemoryFileStore().putFolder("/b");
  const writer = open(store);
  writer.list(false);
  const list = decodeBundle(store.text("/b/bundle.json") ?? "");
  assert.deepEqual([list.isComplete, list.files.map(({ name }) => name)], [
    false,
    ["index.md"],
  ]);
  store.put("/b/index.md", "half");
  const again = open(store);
  again.text("index.md", () => "whole");
  again.list(true);
  assert.deepEqual(again.movedAside, []);
  assert.equal(store.text("/b/index.md"), "whole");
  assert.ok(decodeBundle(store.text("/b/bundle.json") ?? "").isComplete);
});

Deno.test("a file that cannot be made is written down with why, without what is private", () => {
  // Kills: an error that ends all the others; a path in its words.
  const writer = open(new MemoryFileStore().putFolder("/b"));
  writer.text("index.md", () => {
    throw new Error("no room for ada");
  });
  writer.failReport("/Users/ada/x.panic", "denied to ada");
  assert.deepEqual(
    writer.entries().map(({ name, failure }) => [name, failure]),
    [["index.md", "Error: no room for [user]"], [
      "x.panic",
      "denied to [user]",
    ]],
  );
});
