import assert from "node:assert/strict";
import {
  type ClockReading,
  type GateClockRecord,
  isPlainlyOneBoot,
  nextRecord,
  stepGateClock,
} from "../../lib/policy/gate_clock.ts";

const AT: ClockReading = {
  wallMs: 1_000_000_000,
  bootMs: 50_000,
  bootSessionUuid: "A",
};
const HOLD = { key: "cooldown x", untilMs: AT.wallMs + 7_200_000 };

function recordAt(reading: ClockReading, remainingMs: number): GateClockRecord {
  return {
    reading,
    holds: [{ key: HOLD.key, remainingMs }],
    last: { wallMs: reading.wallMs, passedMs: 0 },
    wasSet: false,
  };
}

/** Both clocks `ms` on, and the wall clock set by `stepMs` besides. */
function after(ms: number, stepMs = 0): ClockReading {
  return {
    ...AT,
    wallMs: AT.wallMs + ms + stepMs,
    bootMs: (AT.bootMs ?? 0) + ms,
  };
}

Deno.test("stepGateClock() takes a hold for as long as the wall clock says when it is new", () => {
  // Kills: a first look that rounds, or starts from the record of another hold.
  assert.deepEqual(stepGateClock(undefined, AT, [HOLD]), [
    { key: HOLD.key, remainingMs: 7_200_000 },
  ]);
  const other = recordAt(AT, 1);
  assert.deepEqual(
    stepGateClock({ ...other, holds: [] }, after(1_000), [HOLD]),
    [{ key: HOLD.key, remainingMs: 7_199_000 }],
  );
});

Deno.test("stepGateClock() counts by the boot clock once the two differ by more than two seconds", () => {
  // Kills: a tolerance that a step of an hour fits into; a boot clock of whole seconds that moves each end.
  const record = recordAt(AT, 7_200_000);
  const left = (now: ClockReading): number | undefined =>
    stepGateClock(record, now, [HOLD])[0]?.remainingMs;
  assert.equal(left(after(60_000, 2_000)), 7_138_000);
  assert.equal(left(after(60_000, 2_001)), 7_140_000);
  assert.equal(left(after(60_000, -2_001)), 7_140_000);
  assert.equal(left(after(60_000, 86_400_000)), 7_140_000);
});

Deno.test("stepGateClock() lets a hold go on that the wall clock no longer sees, and end that it still sees", () => {
  // Kills: a step ahead that opens the gate; a step back that starts a hold anew.
  const record = recordAt(AT, 1_000);
  assert.deepEqual(stepGateClock(record, after(999, 86_400_000), []), [
    { key: HOLD.key, remainingMs: 1 },
  ]);
  assert.deepEqual(stepGateClock(record, after(1_000, 86_400_000), []), [
    { key: HOLD.key, remainingMs: 0 },
  ]);
  assert.deepEqual(stepGateClock(record, after(1_000, -86_400_000), [HOLD]), [
    { key: HOLD.key, remainingMs: 0 },
  ]);
});

Deno.test("stepGateClock() lets go of what is no longer to be seen while nobody has set the clock", () => {
  // Kills: a report that was deleted, or a limit that was lowered, and a gate that waits on.
  const record = recordAt(AT, 7_200_000);
  assert.deepEqual(stepGateClock(record, after(1_000), []), []);
  const set = { ...record, wasSet: true };
  assert.deepEqual(stepGateClock(set, after(1_000), []), [
    { key: HOLD.key, remainingMs: 7_199_000 },
  ]);
});

Deno.test("stepGateClock() across a reboot adds what the wall clock shows, and never takes anything back", () => {
  // Kills: running time that is forgotten at a reboot; a clock set back that prolongs.
  const record = {
    ...recordAt(AT, 7_200_000),
    last: { wallMs: AT.wallMs + 600_000, passedMs: 600_000 },
  };
  const rebooted = (wallMs: number): ClockReading => ({
    wallMs,
    bootMs: 1_000,
    bootSessionUuid: "B",
  });
  const left = (now: ClockReading): number | undefined =>
    stepGateClock(record, now, [HOLD])[0]?.remainingMs;
  assert.equal(left(rebooted(AT.wallMs + 900_000)), 6_300_000);
  assert.equal(left(rebooted(AT.wallMs - 86_400_000)), 6_600_000);
});

Deno.test("stepGateClock() bounds what is kept", () => {
  // Kills: a state folder that grows by each hold ever set.
  const holds = Array.from({ length: 100 }, (_, index) => ({
    key: `sentinel ${index}`,
    untilMs: AT.wallMs + index + 1,
  }));
  const left = stepGateClock(undefined, AT, holds);
  assert.equal(left.length, 32);
  assert.equal(left[0]?.remainingMs, 100);
});

Deno.test("nextRecord() says nothing new until a minute has passed, the holds change or another boot runs", () => {
  // Kills: a disk sync at every look of a waiting wrapper; a record that misses a reboot.
  const left = [{ key: HOLD.key, remainingMs: 1 }];
  const record = recordAt(AT, 7_200_000);
  assert.equal(nextRecord(record, after(59_999), left), undefined);
  assert.deepEqual(nextRecord(record, after(60_000), left)?.last, {
    wallMs: AT.wallMs + 60_000,
    passedMs: 60_000,
  });
  assert.deepEqual(nextRecord(record, after(60_000), left)?.reading, AT);
  const others = [{ key: "sentinel y", remainingMs: 5 }];
  assert.deepEqual(nextRecord(record, after(1), others)?.holds, others);
  const other = { ...after(5), bootSessionUuid: "B" };
  assert.deepEqual(nextRecord(record, other, left)?.reading, other);
  assert.deepEqual(nextRecord(undefined, AT, left)?.last.passedMs, 0);
});

Deno.test("isPlainlyOneBoot() wants both clocks to have gone the same way", () => {
  // Kills: a reboot or a step that nobody asks the boot's identity about.
  assert.equal(isPlainlyOneBoot(AT, after(3_600_000)), true);
  assert.equal(isPlainlyOneBoot(AT, after(60_000, 2_000)), true);
  assert.equal(isPlainlyOneBoot(AT, after(60_000, 2_001)), false);
  assert.equal(isPlainlyOneBoot(AT, after(60_000, -2_001)), false);
  const rebooted = { wallMs: AT.wallMs + 120_000, bootMs: 30_000 };
  assert.equal(isPlainlyOneBoot(AT, rebooted), false);
  const unknownClock = { wallMs: AT.wallMs + 1, bootMs: undefined };
  assert.equal(isPlainlyOneBoot(AT, unknownClock), false);
});
