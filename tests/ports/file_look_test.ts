import assert from "node:assert/strict";
import { isPlainlyAbsent, tryStat } from "../../lib/ports/file_look.ts";
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

Deno.test("isPlainlyAbsent() goes by the list, whatever its letters, and knows nothing without one", () => {
  // Kills: a log that is there and passed over; a closed folder taken for an empty one.
  const store = new MemoryFileStore()
    .put("/s/Log", "1")
    .put("/closed/x", "")
    .putFolder("/closed", { mode: 0 });
  assert.equal(isPlainlyAbsent(store, "/s/log"), false);
  assert.equal(isPlainlyAbsent(store, "/s/other"), true);
  assert.equal(isPlainlyAbsent(store, "/none/x"), true);
  assert.equal(isPlainlyAbsent(store, "/closed/x"), false);
  assert.equal(isPlainlyAbsent(store, "/s/Log/below"), false);
});
