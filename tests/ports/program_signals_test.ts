import assert from "node:assert/strict";
import { endedBefore } from "../../lib/ports/program_signals.ts";

Deno.test("endedBefore() tells work that has ended from a request to end", async () => {
  // Kills: a daemon that waits for work which hangs.
  const stop = new AbortController();
  assert.equal(await endedBefore(Promise.resolve(), stop.signal), true);
  const waiting = endedBefore(new Promise(() => {}), stop.signal);
  stop.abort();
  assert.equal(await waiting, false);
  assert.equal(await endedBefore(Promise.resolve(), stop.signal), false);
});

Deno.test("endedBefore() lets an error of the work through", async () => {
  // Kills: a failure that looks like an end.
  const { signal } = new AbortController();
  await assert.rejects(
    endedBefore(Promise.reject(new Error("x")), signal),
    /x/,
  );
});

Deno.test("endedBefore() leaves nothing behind on the signal", async () => {
  // Kills: a listener for each of the 2,880 pictures of a day.
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    listeners += 1;
    add(...args);
  };
  const remove = signal.removeEventListener.bind(signal);
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    listeners -= 1;
    remove(...args);
  };
  for (let number = 0; number < 5; number++) {
    await endedBefore(Promise.resolve(), signal);
  }
  assert.equal(listeners, 0);
});
