import assert from "node:assert/strict";
import { HOUR_MS } from "../../lib/core/instant.ts";
import { mayTellOfSuspects } from "../../lib/facts/suspect_hint.ts";
import { World } from "../fakes/world.ts";

const LOG = "/s/crumbs.log";

Deno.test("a log that was not written lately, is absent or no file is not worth reading", () => {
  // Kills: a usual gate that reads megabytes; a FIFO that never ends.
  const world = new World();
  const may = (withinMs = 2 * HOUR_MS): boolean =>
    mayTellOfSuspects(world, LOG, { withinMs, panics: [] });
  assert.equal(may(), false);
  world.store.put(LOG, "x", { modifiedAt: world.ago(2) });
  assert.equal(may(), true);
  assert.equal(may(0), false);
  world.store.put(LOG, "x", {
    modifiedAt: world.ago(2).subtract({ milliseconds: 1 }),
  });
  assert.equal(may(), false);
  world.store.put(LOG, "x", { modifiedAt: world.ago(-50) });
  assert.equal(may(), true);
});

Deno.test("after a watchdog's report older lines are worth reading", async () => {
  // Kills: a hang during a generate of three hours, which nobody suspects.
  const world = new World().panic(1, {
    statement: "watchdog timeout: no checkins from watchdogd in 91 seconds",
  });
  world.store.put(LOG, "x", { modifiedAt: world.ago(4) });
  const { panics } = await world.guard().panics.read();
  assert.equal(panics[0]?.signature?.isSuspect, true);
  const query = { withinMs: 2 * HOUR_MS, panics };
  assert.equal(mayTellOfSuspects(world, LOG, query), true);
  assert.equal(
    mayTellOfSuspects(world, LOG, { ...query, withinMs: HOUR_MS / 2 }),
    false,
  );
});
