import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { checkNativeTrial } from "../../lib/facts/native_trial.ts";
import { STATE, World } from "../fakes/world.ts";

const DYLIB = "/opt/libmetalguard.dylib";
const RECORD = `${STATE}/native-trial.json`;

class Place {
  readonly world = new World();
  outcome: Observed<true> = known(true);
  lost: "crashed" | "hung" | undefined;
  trials = 0;

  constructor() {
    this.world.store.put(DYLIB, "dylib");
  }

  check(
    options: { readonly systemVersion?: string; readonly record?: string } = {},
  ): Promise<Observed<true>> {
    const { clock, store } = this.world;
    return checkNativeTrial({
      clock,
      store,
      owner: () => undefined,
      findLost: () => this.lost,
      runTrial: () => {
        this.trials += 1;
        return Promise.resolve(this.outcome);
      },
    }, { path: DYLIB, record: RECORD, systemVersion: "25.5.0", ...options });
  }
}

Deno.test("a trial is made once for one dylib under one system", async () => {
  // Kills: a process started by every status; a dylib or system that was never tried.
  const place = new Place();
  for (const _ of [1, 2, 3]) assert.deepEqual(await place.check(), known(true));
  assert.equal(place.trials, 1);
  await place.check({ systemVersion: "25.6.0" });
  assert.equal(place.trials, 2);
  place.world.store.put(DYLIB, "another");
  await place.check({ systemVersion: "25.6.0" });
  assert.equal(place.trials, 3);
});

Deno.test("checkNativeTrial() fails closed: a crash is remembered, and tried again after an hour", async () => {
  // Kills: a dylib that crashes, opened in our own process at the second start.
  const place = new Place();
  place.outcome = unknown("its trial crashed: SIGSEGV");
  assert.deepEqual(await place.check(), place.outcome);
  await place.world.clock.advance(3_600_000 - 1);
  assert.deepEqual(await place.check(), place.outcome);
  assert.equal(place.trials, 1);
  await place.world.clock.advance(1);
  place.outcome = known(true);
  assert.deepEqual(await place.check(), known(true));
  assert.equal(place.trials, 2);
});

Deno.test("a failure dated ahead of now holds nobody for ever", async () => {
  // Kills: a record of 2036 after which the dylib is never tried again.
  const place = new Place();
  place.outcome = unknown("hung");
  await place.world.clock.advance(86_400_000);
  await place.check();
  place.world.clock.step(-86_400_000);
  await place.check();
  assert.equal(place.trials, 2);
});

Deno.test("what cannot be kept or read costs a trial, and no more", async () => {
  // Kills: a full disk, or a torn record, that switches the dylib off or on.
  const place = new Place();
  place.world.store.put(RECORD, "{torn");
  assert.deepEqual(await place.check(), known(true));
  assert.equal(place.trials, 1);
  place.world.store.put("/closed/x", "");
  place.world.store.putFolder("/closed", { mode: 0o500, userId: 0 });
  const record = "/closed/native-trial.json";
  assert.deepEqual(await place.check({ record }), known(true));
  assert.deepEqual(await place.check({ record }), known(true));
  assert.equal(place.trials, 3);
});

Deno.test("a dylib that is not there is not tried", async () => {
  // Kills: a process started to find out that there is no file.
  const place = new Place();
  place.world.store.remove(DYLIB);
  assert.equal((await place.check()).kind, "unknown");
  assert.equal(place.trials, 0);
});

Deno.test("a crash in a command rules the library out for this system, a hang for an hour", async () => {
  // Kills: a trial that goes well again and lets every second command crash; a driver that hung once and is never asked again.
  for (const lost of ["crashed", "hung"] as const) {
    const place = new Place();
    assert.deepEqual(await place.check(), known(true));
    place.lost = lost;
    assert.equal((await place.check()).kind, "unknown");
    place.lost = undefined;
    await place.world.clock.advance(3_600_000);
    const later = await place.check();
    assert.equal(later.kind, lost === "crashed" ? "unknown" : "known");
    const other = await place.check({ systemVersion: "26.0.0" });
    assert.deepEqual(other, known(true));
  }
});
