import assert from "node:assert/strict";
import { tryStat } from "../../lib/ports/file_look.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

Deno.test("tryStat() is undefined for what is absent or may not be looked at", () => {
  // Kills: a throw out of a look that only wants to know whether a log is there.
  const store = new MemoryFileStore()
    .put("/there", "12")
    .put("/closed/x", "")
    .putFolder("/closed", { mode: 0 });
  assert.equal(tryStat(store, "/there")?.sizeBytes, 2);
  assert.equal(tryStat(store, "/absent"), undefined);
  assert.equal(tryStat(store, "/there/below"), undefined);
  assert.equal(tryStat(store, "/closed/x"), undefined);
});

Deno.test("tryStat() lets a mistake of ours through", () => {
  // Kills: a catch that swallows everything.
  const store = new MemoryFileStore();
  store.stat = (): never => {
    throw new TypeError("ours");
  };
  assert.throws(() => tryStat(store, "/x"), TypeError);
});
