import assert from "node:assert/strict";
import { within } from "../../lib/ports/patience.ts";
import { FakeClock } from "../fakes/clock.ts";

Deno.test("within() answers with the work or, at its time and not before, with nothing", async () => {
  // Kills: a wait without an end; a timer that lives on after the answer.
  const clock = new FakeClock();
  assert.equal(await within(clock, 1_000, Promise.resolve(7)), 7);
  assert.equal(clock.sleeping, 0);
  let answer: unknown = "waiting";
  const late = within(clock, 1_000, new Promise<number>(() => {}))
    .then((value) => {
      answer = value;
    });
  await clock.advance(999);
  assert.equal(answer, "waiting");
  await clock.advance(1);
  await late;
  assert.equal(answer, undefined);
});

Deno.test("within() passes a failure on, and takes less than no time as none", async () => {
  // Kills: a rejection that looks like lateness; a negative rest of a budget that waits for ever.
  const clock = new FakeClock();
  const failure = new Error("no");
  await assert.rejects(within(clock, 5, Promise.reject(failure)), failure);
  assert.equal(await within(clock, -5, new Promise(() => {})), undefined);
});
