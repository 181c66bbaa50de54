import assert from "node:assert/strict";
import { slept } from "../../lib/ports/sleep.ts";
import { FakeClock } from "../fakes/clock.ts";

Deno.test("slept() says whether the time has passed or was cut short", async () => {
  // Kills: a loop that goes on after it was told to end; a failure of the clock taken for an end.
  const clock = new FakeClock();
  const stop = new AbortController();
  const whole = slept(clock, 10, stop.signal);
  await clock.advance(10);
  assert.equal(await whole, true);
  const cut = slept(clock, 10, stop.signal);
  stop.abort();
  assert.equal(await cut, false);
  assert.equal(await slept(clock, 10, stop.signal), false);
  clock.sleep = () => Promise.reject(new Error("no timer"));
  await assert.rejects(
    slept(clock, 1, new AbortController().signal),
    /no timer/,
  );
});
