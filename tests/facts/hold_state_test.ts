import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { type HoldState, readHold } from "../../lib/facts/hold_state.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const NOW = "2026-11-23T12:00:00Z";
const PATH = "/s/panic-sentinel.json";
const NOW_SECONDS = Temporal.Instant.from(NOW).epochMilliseconds / 1_000;

class Machine {
  readonly clock = new FakeClock(NOW);
  readonly store = new MemoryFileStore({ clock: this.clock });
  readonly #firstSight = new FirstSight(this.clock);

  read(path: string | null = PATH): HoldState {
    return readHold(
      { store: this.store, clock: this.clock, firstSight: this.#firstSight },
      path ?? undefined,
    );
  }

  until(): string | undefined {
    return this.read().hold?.until.toString();
  }
}

/** A hold as the Python tool writes it, of two hours. */
function python(created: string, until: string): string {
  return JSON.stringify({ cooldown_until: until, created_at: created });
}

Deno.test("no file and no place are no hold and no finding", () => {
  // Kills: a machine that never had a hold, held or scolded.
  const machine = new Machine();
  for (const path of [PATH, null]) {
    const { hold, isDamaged, findings } = machine.read(path);
    assert.deepEqual([hold, isDamaged, findings], [undefined, false, []]);
  }
});

Deno.test("a state folder that is a file holds nobody, and is told", () => {
  // Kills: 24 h of hold because HOME is a file.
  const machine = new Machine();
  machine.store.put("/s", "");
  const { hold, findings } = machine.read();
  assert.equal(hold, undefined);
  assert.deepEqual(findings.map((one) => one.code), [
    "state-folder-impossible",
  ]);
});

Deno.test("a hold of the Python tool holds until its end, to the millisecond", async () => {
  // Kills: a hold that one of the two tools cannot read.
  const machine = new Machine();
  machine.store.put(PATH, python("2026-11-23T12:00:00", "2026-11-23T14:00:00"));
  assert.equal(machine.until(), "2026-11-23T14:00:00Z");
  assert.equal(machine.read().hold?.by, "python");
  await machine.clock.advance(2 * HOUR_MS - 1);
  assert.notEqual(machine.until(), undefined);
  await machine.clock.advance(1);
  assert.equal(machine.until(), undefined);
});

Deno.test("a torn, unreadable or wrong file holds for 24 h from its mtime", () => {
  // Kills: a torn sentinel taken for an empty one, which opens the gate (SAFETY H2).
  const modifiedAt = "2026-11-23T02:00:00Z";
  const ways: readonly ((store: MemoryFileStore) => MemoryFileStore)[] = [
    (store) => store.put(PATH, "", { modifiedAt }),
    (store) => store.put(PATH, '{"cooldown_until": "2026', { modifiedAt }),
    (store) => store.put(PATH, "[]", { modifiedAt }),
    (store) => store.put(PATH, '{"cooldown_until": 5}', { modifiedAt }),
    (store) => store.put(PATH, "{}", { modifiedAt, mode: 0 }),
    (store) => store.put(PATH, "x".repeat(2 ** 20 + 1), { modifiedAt }),
    (store) => store.putFolder(PATH, { modifiedAt }),
    (store) => store.putOther(PATH, { modifiedAt }),
    (store) => store.putFolder("/s", { modifiedAt, mode: 0 }),
  ];
  for (const [index, put] of ways.entries()) {
    const machine = new Machine();
    put(machine.store);
    const { hold, isDamaged, findings } = machine.read();
    assert.equal(
      hold?.until.toString(),
      "2026-11-24T02:00:00Z",
      `way ${index}`,
    );
    assert.deepEqual([hold?.by, isDamaged], ["damaged", true]);
    assert.match(findings[0]?.fix ?? "", /hold --clear[^]*chown/);
  }
});

Deno.test("a damaged file lets go after 24 h, to the millisecond", async () => {
  // Kills: somebody locked out for ever by one torn file.
  const machine = new Machine();
  machine.store.put(PATH, "");
  await machine.clock.advance(DAY_MS - 1);
  assert.notEqual(machine.until(), undefined);
  await machine.clock.advance(1);
  assert.equal(machine.until(), undefined);
});

Deno.test("a damaged file from the future counts from the system's stamp, else from its first sight, once", async () => {
  // Kills: 24 h that start anew at each look, or when 2036 comes (SAFETY T3).
  const stamped = new Machine();
  stamped.store.put(PATH, "", {
    modifiedAt: "2026-11-25T12:00:00Z",
    changedAt: "2026-11-23T10:00:00Z",
  });
  assert.equal(stamped.until(), "2026-11-24T10:00:00Z");
  await stamped.clock.advance(2 * DAY_MS);
  assert.equal(stamped.until(), undefined);

  const seen = new Machine();
  const ahead = "2026-11-25T12:00:00Z";
  seen.store.put(PATH, "", { modifiedAt: ahead, changedAt: ahead });
  assert.equal(seen.until(), "2026-11-24T12:00:00Z");
  await seen.clock.advance(HOUR_MS);
  assert.equal(seen.until(), "2026-11-24T12:00:00Z");
  await seen.clock.advance(2 * DAY_MS);
  assert.equal(seen.until(), undefined);
});

Deno.test("a hold whose file lies in the future does not come back when its date does", async () => {
  // Kills: two hours of hold again next week, because the mtime is sane by then.
  const machine = new Machine();
  machine.store.put(
    PATH,
    python("2026-11-30T12:00:00", "2026-11-30T14:00:00"),
    { modifiedAt: "2026-11-30T12:00:00Z", changedAt: NOW },
  );
  assert.equal(machine.until(), "2026-11-23T14:00:00Z");
  let held = 0;
  for (let hour = 0; hour < 24 * 10; hour++) {
    if (machine.until() !== undefined) held += 1;
    await machine.clock.advance(HOUR_MS);
  }
  assert.equal(held, 2);
});

Deno.test("a file that was set aside holds for 24 h from the moment in its name", () => {
  // Kills: a torn hold that ends by being tidied up.
  const machine = new Machine();
  const put = (seconds: number | string): string | undefined => {
    const one = new Machine();
    one.store.put(`${PATH}.corrupt-${seconds}`, "", {
      modifiedAt: "2026-11-01T00:00:00Z",
    });
    return one.until();
  };
  assert.equal(put(NOW_SECONDS - 86_399), "2026-11-23T12:00:01Z");
  assert.equal(put(NOW_SECONDS - 86_400), undefined);
  assert.equal(put("x"), undefined);
  machine.store.put(`${PATH}.corrupt-${NOW_SECONDS}`, "");
  const { hold, isDamaged, setAside } = machine.read();
  assert.equal(hold?.until.toString(), "2026-11-24T12:00:00Z");
  assert.equal(isDamaged, false);
  assert.deepEqual(setAside, [`${PATH}.corrupt-${NOW_SECONDS}`]);
});

Deno.test("a moment in the future in such a name is not believed: the file's own time counts", async () => {
  // Kills: a lockout until 2036 by a name.
  const machine = new Machine();
  machine.store.put(`${PATH}.corrupt-2082758400`, "", {
    modifiedAt: "2026-11-23T06:00:00Z",
  });
  assert.equal(machine.until(), "2026-11-24T06:00:00Z");
  await machine.clock.advance(DAY_MS);
  assert.equal(machine.until(), undefined);
});

Deno.test("of a hold and one that was set aside the later end counts", () => {
  // Kills: a short hold that covers up a longer one (SAFETY H1).
  const machine = new Machine();
  machine.store.put(PATH, python("2026-11-23T12:00:00", "2026-11-23T14:00:00"));
  machine.store.put(`${PATH}.corrupt-${NOW_SECONDS}`, "");
  assert.equal(machine.until(), "2026-11-24T12:00:00Z");
  assert.equal(machine.read().hold?.by, "damaged");
});
