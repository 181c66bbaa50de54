import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../lib/core/instant.ts";
import { abortText, OTHER_STATEMENT } from "../fakes/reports.ts";
import { REPORTS, World } from "../fakes/world.ts";

Deno.test("panics reports what cannot be read, and never takes it for no panics", async () => {
  // Kills: an empty list out of a folder that was never seen.
  const world = new World();
  world.store.putFolder(REPORTS, { mode: 0 });
  const { panics, unreadable } = await world.guard().panics.read();
  assert.deepEqual(panics, []);
  assert.deepEqual(unreadable.map((one) => one.path), [
    REPORTS,
    `${REPORTS}/Retired`,
  ]);
});

Deno.test("list() holds every kernel panic of the window, recent() those of the GPU", async () => {
  // Kills: a gate that closes for a panic of another driver; a list without it.
  const world = new World()
    .panic(1)
    .panic(2, { statement: OTHER_STATEMENT })
    .panic(80);
  const { panics } = world.guard();
  assert.deepEqual(
    (await panics.list()).map((panic) => panic.signature),
    ["prepare_count_underflow", "unknown"],
  );
  assert.equal((await panics.recent()).length, 1);
  assert.equal((await panics.list({ withinMs: 90 * HOUR_MS })).length, 3);
  assert.equal((await panics.list({ withinMs: HOUR_MS })).length, 1);
  assert.equal((await panics.list({ withinMs: HOUR_MS - 1 })).length, 0);
});

Deno.test("aborts() tells the last 24 h unless another window is asked for", async () => {
  // Kills: aborts of last month counted in the verdict.
  const world = new World();
  world.store.put(
    `${REPORTS}/python3-1.ips`,
    abortText("2026-11-22 11:59:59.00 +0000"),
  );
  const { panics } = world.guard();
  assert.deepEqual(await panics.aborts(), []);
  const [abort] = await panics.aborts({ withinMs: 2 * DAY_MS });
  assert.deepEqual([abort?.errorClass, abort?.process, abort?.pid], [
    "cmd_buffer_oom",
    "python3.13",
    77,
  ]);
});

Deno.test("abortsWithinMs of 0 opens no report but those of kernel panics", async () => {
  // Kills: hundreds of reports of other programs read for a list of panics.
  const world = new World().panic(1);
  world.store.put(`${REPORTS}/python3-1.ips`, abortText("x"));
  await world.guard().panics.list();
  assert.deepEqual(world.store.opened, [`${REPORTS}/panic-full-1.panic`]);
});
