import assert from "node:assert/strict";
import { bundleName, putBundleFile } from "../../lib/ports/bundle_folder.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

function place(
  store: MemoryFileStore,
  owned: readonly string[] = [],
): Parameters<typeof putBundleFile>[0] {
  return {
    store,
    folder: "/b",
    owned: new Set(owned),
    owner: undefined,
    epochSeconds: 100,
  };
}

Deno.test("putBundleFile() moves a file of somebody else aside, never over another one", () => {
  // Kills: a page of somebody's project that is lost under ours.
  const store = new MemoryFileStore().putFolder("/b").put("/b/index.md", "old")
    .put("/b/index.md.before-100", "older");
  assert.equal(
    putBundleFile(place(store), "index.md", "new"),
    "index.md.before-101",
  );
  assert.deepEqual(
    ["index.md", "index.md.before-100", "index.md.before-101"].map((name) =>
      store.text(`/b/${name}`)
    ),
    ["new", "older", "old"],
  );
});

Deno.test("putBundleFile() replaces its own, and a link rather than what it leads to", () => {
  // Kills: a link out of the folder that is written through.
  const store = new MemoryFileStore().putFolder("/b").put("/b/a", "1").put(
    "/x",
    "mine",
  );
  assert.equal(putBundleFile(place(store, ["a"]), "a", "2"), undefined);
  assert.equal(store.text("/b/a"), "2");
  store.putLink("/b/l", "/x");
  putBundleFile(place(store), "l", "2");
  assert.deepEqual([store.text("/x"), store.text("/b/l")], ["mine", "2"]);
});

Deno.test("bundleName() makes a name that leads nowhere and is free", () => {
  // Kills: `../../x`, a hidden file, a name that a shell or a page reads as something else.
  const none = new Set<string>();
  assert.equal(bundleName("../../etc/passwd", none), "etc_passwd");
  assert.equal(bundleName("-rf <b>.panic", none), "rf_b_.panic");
  assert.equal(bundleName("\u001b[31m", none), "31m");
  assert.equal(bundleName("…", none), "report");
  assert.equal(
    bundleName("a.panic", new Set(["a.panic", "a-2.panic"])),
    "a-3.panic",
  );
  assert.equal(bundleName("x".repeat(500), none).length, 120);
});
