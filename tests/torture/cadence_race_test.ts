import assert from "node:assert/strict";
import { raceForCadence } from "./cadence_race.ts";

const RACERS = 4;
const ROUNDS = 2_000;

Deno.test(`cadence: of ${RACERS} processes that race for one slot exactly one passes, ${ROUNDS} rounds`, async () => {
  // Kills: a check and a mark that are two steps; a lock that a racer can miss.
  const race = await raceForCadence({
    rounds: ROUNDS,
    racers: RACERS,
    isLocked: true,
  });
  assert.deepEqual(race, { rounds: ROUNDS, doubles: 0, empties: 0 });
});

Deno.test("cadence: without the lock the same race is lost", async () => {
  // Kills: a race that cannot fail, and so proves nothing.
  const race = await raceForCadence({
    rounds: 300,
    racers: RACERS,
    isLocked: false,
  });
  assert.ok(race.doubles > 0, `${race.doubles} doubles`);
});
