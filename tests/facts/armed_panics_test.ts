import assert from "node:assert/strict";
import {
  panicKey,
  readArmed,
  withArmed,
} from "../../lib/facts/armed_panics.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { panicView } from "../postmortem_world.ts";

const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");

Deno.test("panicKey() is the boot, else the second and the pid", () => {
  // Kills: two panics that share a name, so that the second one sets no hold.
  const { record } = panicView();
  assert.equal(panicKey(record), record.bootSessionUuid);
  const bare = { ...record, bootSessionUuid: null, ts: 12.7 };
  assert.equal(panicKey(bare), "12 812");
  assert.equal(panicKey({ ...bare, pid: null }), "12 none");
});

Deno.test("readArmed() remembers, and fails closed: of a torn file it knows nothing, so that the hold is set again", () => {
  // Kills: a torn record that keeps every later hold away.
  const store = new MemoryFileStore();
  const none = readArmed(store, "/s/postmortem.json");
  store.put("/s/postmortem.json", withArmed(none, "boot", AT));
  assert.ok(readArmed(store, "/s/postmortem.json").armed.has("boot"));
  store.put("/s/postmortem.json", '{"armed": {"boot"');
  assert.equal(readArmed(store, "/s/postmortem.json").armed.size, 0);
  assert.equal(readArmed(store, undefined).armed.size, 0);
});
