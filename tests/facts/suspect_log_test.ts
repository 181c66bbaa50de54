import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { readRunningBoot, readWorkLines } from "../../lib/facts/suspect_log.ts";
import { World } from "../fakes/world.ts";

const LOG = "/s/crumbs.log";

Deno.test("readWorkLines() reads starts and ends of work, and passes all else over", () => {
  // Kills: a FLUSH taken for work; a torn line that hides the others.
  const world = new World();
  world.store.put(
    LOG,
    "[2026-11-23 11:00:00] FLUSH: periodic\n[2026-11-23 11:00:0\n" +
      "[2026-11-23 11:00:01] SUBPROC_PRE: m\n" +
      "[2026-11-23 11:00:02] RUN_START: x | at=1795431602500 boot=aaaaaaaa\n" +
      "[2026-11-23 11:00:03] SUBPROC_POST: m",
  );
  const lines = readWorkLines(world, LOG);
  assert.deepEqual(
    lines.map((line) => [line.tag, line.at.toString(), line.boot]),
    [
      ["SUBPROC_PRE", "2026-11-23T11:00:01Z", undefined],
      ["RUN_START", "2026-11-23T11:00:02.5Z", "AAAAAAAA"],
      ["SUBPROC_POST", "2026-11-23T11:00:03Z", undefined],
    ],
  );
  assert.deepEqual(readWorkLines(world, "/s/none.log"), []);
});

Deno.test("a line dated ahead counts from when the log was written, and not at all where that lies ahead", () => {
  // Kills: a date of 2036 that closes the gate until then (SAFETY T3).
  const world = new World();
  const line = "[2036-01-01 00:00:00] SUBPROC_PRE: m\n";
  world.store.put(LOG, line, { modifiedAt: world.ago(1) });
  const [placed] = readWorkLines(world, LOG);
  assert.ok(placed?.at.equals(world.ago(1)));
  world.store.put(LOG, line, { modifiedAt: world.ago(-9) });
  assert.deepEqual(readWorkLines(world, LOG), []);
});

Deno.test("readRunningBoot() says what is not known", async () => {
  // Kills: a boot that began in 1970 because no clock could tell.
  const { clock, store } = new World();
  clock.hasBootClock = false;
  assert.deepEqual(
    await readRunningBoot({
      clock,
      store,
      readBootSessionUuid: () => Promise.resolve(unknown("sysctl hung")),
    }),
    { bootSessionUuid: undefined, bootedAt: undefined },
  );
  clock.hasBootClock = true;
  const { bootedAt, bootSessionUuid } = await readRunningBoot({
    clock,
    store,
    readBootSessionUuid: () => Promise.resolve(known("A")),
  });
  assert.equal(bootSessionUuid, "A");
  assert.equal(bootedAt?.toString(), "2026-11-23T11:50:00Z");
});
