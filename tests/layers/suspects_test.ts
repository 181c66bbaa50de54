import assert from "node:assert/strict";
import { HOUR_MS } from "../../lib/core/instant.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { Suspects } from "../../lib/layers/suspects.ts";
import { jsonIn, runIn } from "../fakes/cli.ts";
import { ACK, STATE, World } from "../fakes/world.ts";

const LOG = `${STATE}/metal_breadcrumb.log`;
const NOW_BOOT = "BBBBBBBB-0000-4000-8000-000000000000";

/** A world, booted ten minutes ago, whose earlier boot left a start without its end `hoursAgo`. */
function brokenOff(hoursAgo: number, boot = "AAAAAAAA"): World {
  const world = new World();
  world.system.boot = known(NOW_BOOT);
  const at = world.ago(hoursAgo);
  const local = at.toString().slice(0, 19).replace("T", " ");
  world.store.put(
    LOG,
    `[${local}] SUBPROC_PRE: org/m | at=${at.epochMilliseconds} boot=${boot} pid=7\n`,
    { modifiedAt: at },
  );
  return world;
}

Deno.test("one suspect gives the cooldown of one panic from the line's own time, and says so", async () => {
  // Kills: a panic without a report, after which launchd starts the same work again.
  const world = brokenOff(1);
  const { code, out } = await runIn(world, ["panic-gate"]);
  assert.equal(code, 2);
  assert.match(out, /^WAIT {2}this Mac may have gone down under GPU work/);
  assert.match(out, /SUBPROC_PRE: org\/m, Mon 23 Nov 2026, 11:00 \(UTC\), 1 h/);
  assert.match(out, /suspected panic 1 h ago < 2 h/);
  const json = await jsonIn(world, ["panic-gate"]);
  assert.equal(json["kind"], "cooldown");
  assert.equal(json["cooldown_until"], "2026-11-23T13:00:00");
  assert.deepEqual(json["suspects"], [{
    at_utc: "2026-11-23T11:00:00Z",
    because: "no_end",
    what: "SUBPROC_PRE: org/m",
    boot: "AAAAAAAA",
  }]);
  await world.clock.advance(HOUR_MS);
  assert.equal((await runIn(world, ["panic-gate"])).code, 0);
});

Deno.test("work of this boot, work that ended, and an old start are no suspects", async () => {
  // Kills: a gate that closes because something is running.
  assert.equal((await runIn(brokenOff(1, "BBBBBBBB"), ["panic-gate"])).code, 0);
  assert.equal((await runIn(brokenOff(2), ["panic-gate"])).code, 0);
  const ended = brokenOff(1);
  ended.store.put(
    LOG,
    `${
      ended.store.text(LOG)
    }[2026-11-23 11:05:00] SUBPROC_POST: org/m | pid=7\n`,
  );
  assert.equal((await runIn(ended, ["panic-gate"])).code, 0);
});

Deno.test("the boot is asked for only while there is a start without its end", async () => {
  // Kills: a program started by every usual gate.
  const world = new World();
  world.store.put(LOG, "[2026-11-23 11:59:00] LOAD: m\n");
  await runIn(world, ["panic-gate"]);
  assert.equal(world.system.bootReads, 0);
  const broken = brokenOff(1);
  await runIn(broken, ["panic-gate"]);
  assert.ok(broken.system.bootReads > 0);
});

Deno.test("suspects never lock: two of them wait as one does, and the newest counts", async () => {
  // Kills: a lockout that rests on guesses (SPEC 4.6).
  const world = brokenOff(1.5);
  const at = world.ago(1).epochMilliseconds;
  world.store.put(
    LOG,
    `${
      world.store.text(LOG)
    }[2026-11-23 11:00:00] RUN_START: x | at=${at} boot=CCCCCCCC\n`,
  );
  const json = await jsonIn(world, ["panic-gate"]);
  assert.deepEqual(
    [json["kind"], json["cooldown_until"], json["recent_panics_24h"]],
    ["cooldown", "2026-11-23T13:00:00", 0],
  );
});

Deno.test("an ack ends a lockout and leaves a suspect's cooldown", async () => {
  // Kills: a suspect that an ack for other panics waves through.
  const world = brokenOff(1);
  world.panic(4).panic(5);
  assert.equal((await jsonIn(world, ["panic-gate"]))["kind"], "lockout");
  world.store.put(ACK, "", { modifiedAt: world.clock.now() });
  const json = await jsonIn(world, ["panic-gate"]);
  assert.deepEqual([json["exit_code"], json["kind"]], [2, "cooldown"]);
  await world.clock.advance(HOUR_MS);
  assert.equal((await runIn(world, ["panic-gate"])).code, 0);
});

Deno.test("a step of the clock neither ends nor prolongs a suspect's cooldown", async () => {
  // Kills: a corrected clock that lets the same work start again (SAFETY T6).
  const world = brokenOff(1);
  assert.equal((await runIn(world, ["panic-gate"])).code, 2);
  world.clock.step(5 * HOUR_MS);
  assert.equal((await runIn(world, ["panic-gate"])).code, 2);
  await world.clock.advance(HOUR_MS);
  assert.equal((await runIn(world, ["panic-gate"])).code, 0);
});

Deno.test("suspects fails open: without a boot to compare with nothing is suspected, and the log may be gone", async () => {
  // Kills: a gate that closes on every machine whose sysctl hangs.
  const { clock, store } = brokenOff(1);
  clock.hasBootClock = false;
  const boots: readonly Observed<string>[] = [
    unknown("sysctl hung"),
    known(NOW_BOOT),
  ];
  const counts: number[] = [];
  for (const boot of boots) {
    const readBootSessionUuid = (): Promise<Observed<string>> =>
      Promise.resolve(boot);
    const layer = new Suspects({ clock, store, readBootSessionUuid }, LOG);
    const found = await layer.find({ panics: [] }, { withinMs: 2 * HOUR_MS });
    counts.push(found.length);
  }
  assert.deepEqual(counts, [0, 1]);
});
