import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { SENTINEL, World } from "../../fakes/world.ts";

Deno.test("hold lasts two hours unless it is told otherwise", async () => {
  // Kills: a default that is not the cooldown's.
  const world = new World({ zone: "Europe/Paris" });
  const { code, out } = await runIn(world, ["hold"]);
  assert.equal(code, 0);
  assert.equal(
    out,
    "GPU work is on hold until Mon 23 Nov 2026, 15:00 (UTC+01:00, Europe/Paris), in 2 h.\n" +
      "Lift it: metal-guard hold --clear\n",
  );
  assert.deepEqual(await jsonIn(world, ["hold", "--for", "1h"]), {
    sentinel_path: SENTINEL,
    status: "unchanged",
    cooldown_until: "2026-11-23T15:00:00",
    cooldown_until_utc: "2026-11-23T14:00:00Z",
  });
  assert.match(
    (await runIn(world, ["hold", "--for", "1h"])).out,
    /^A longer hold stays in force until/,
  );
  const longer = await jsonIn(world, ["hold", "--for", "3h"]);
  assert.equal(longer["status"], "held");
});

Deno.test("hold --clear lifts it, and says what is left to do", async () => {
  // Kills: an error, or silence, where there was no hold.
  const world = new World();
  await runIn(world, ["hold"]);
  assert.match((await runIn(world, ["hold", "--clear"])).out, /is lifted/);
  assert.match((await runIn(world, ["hold", "--clear"])).out, /was no hold/);
  await runIn(world, ["hold"]);
  assert.deepEqual(await jsonIn(world, ["hold", "--clear"]), {
    sentinel_path: SENTINEL,
    status: "cleared",
    removed: [SENTINEL],
  });
  assert.equal(
    (await jsonIn(world, ["hold", "--clear"]))["status"],
    "absent",
  );
});

Deno.test("hold without a place is a usage error, on a full disk a failure", async () => {
  // Kills: exit 0 for a hold that does not hold.
  const homeless = new World({ env: { HOME: undefined } });
  assert.equal((await runIn(homeless, ["hold"])).code, 64);
  const full = new World();
  full.store.freeBytes = 0;
  assert.equal((await runIn(full, ["hold"])).code, 1);
});
