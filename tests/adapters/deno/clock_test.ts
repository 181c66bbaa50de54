import assert from "node:assert/strict";
import { createDenoClock } from "../../../lib/adapters/deno/clock.ts";

/** Takes the place of `setTimeout` and says which spans were asked for. */
function watchTimers(): { readonly spansMs: number[] } & Disposable {
  const real = globalThis.setTimeout;
  const spansMs: number[] = [];
  const watched = (
    handler: (...args: unknown[]) => void,
    ms?: number,
    ...args: unknown[]
  ): ReturnType<typeof setTimeout> => {
    spansMs.push(ms ?? 0);
    return real(handler, ms, ...args);
  };
  globalThis.setTimeout = Object.assign(watched, real);
  return {
    spansMs,
    [Symbol.dispose](): void {
      globalThis.setTimeout = real;
    },
  };
}

Deno.test("a sleep of more than 24 days does not end at once", async () => {
  // Kills: a hold of 30 days handed to setTimeout, which wraps at 2^31 ms and fires immediately.
  using timers = watchTimers();
  const stop = new AbortController();
  const sleep = createDenoClock().sleep(30 * 86_400_000, stop.signal);
  assert.deepEqual(timers.spansMs, [2 ** 31 - 1]);
  stop.abort(new Error("enough"));
  await assert.rejects(sleep, /enough/);
});

Deno.test("the wall clock is the system's and the other one never goes back", () => {
  // Kills: an origin of 1970 for elapsed time; seconds for milliseconds.
  const clock = createDenoClock();
  const behindMs = Date.now() - clock.now().epochMilliseconds;
  assert.ok(Math.abs(behindMs) < 1_000);
  const first = clock.monotonicMs();
  assert.ok(clock.monotonicMs() >= first);
});
